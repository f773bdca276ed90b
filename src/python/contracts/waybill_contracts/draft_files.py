"""Files that a first contract is made of, and those that it is written to."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from waybill_common.errors import SettingsRefused

MOST_BYTES = 256 * 1024 * 1024
"""Of a sample."""


def bytes_of(name: str) -> bytes:
    """Of a file, or of stdin for ``-``. Raises ``SettingsRefused``."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SettingsRefused(
            f"{name} can't be read: {error.strerror}.",
            allowed="a file that this user may read.",
            remedy="correct the name or the file's rights.",
        ) from error
    if len(data) > MOST_BYTES:
        raise SettingsRefused(
            f"{name} is larger than {MOST_BYTES:,} bytes.",
            allowed="a sample up to that size.",
            remedy="take a part of it, such as its first 10,000 lines.",
        )
    return data


def check_folder(output: Path) -> None:
    """Before a topic is read for a minute."""
    if not output.parent.is_dir():
        raise SettingsRefused(
            f"{output} can't be written: {output.parent} is no folder.",
            allowed="a new file in a folder that is there.",
            remedy=f"make it first: `mkdir -p {output.parent}`; nothing was read.",
        )


def check_free(files: Sequence[Path]) -> None:
    for file in files:
        if os.path.lexists(file):
            raise not_written(file, "it is there already")


def write_whole(file: Path, data: bytes, *, overwrite: bool) -> None:
    """Whole, or not at all; a new file is nobody else's."""
    part = file.with_name(f".{file.name}.{os.getpid()}") if overwrite else file
    try:
        with part.open("xb") as written:
            _fill(written, data, part)
        if overwrite:
            part.replace(file)
    except FileExistsError:
        raise not_written(file, "it is there already") from None
    except OSError as error:
        if overwrite:
            part.unlink(missing_ok=True)
        raise not_written(file, error.strerror or str(error)) from error


def _fill(written: BinaryIO, data: bytes, part: Path) -> None:
    try:
        written.write(data)
        written.flush()
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def not_written(file: Path, why: str) -> SettingsRefused:
    return SettingsRefused(
        f"{file} can't be written: {why}.",
        allowed="a new file in a folder that this user may write.",
        remedy="name another file with --output, or replace it with --overwrite.",
    )
