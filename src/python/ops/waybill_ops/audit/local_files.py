"""Files of a lake on a local disk, opened so that nothing in it can lead elsewhere, block or never end.

A lake may be a folder that others write. So a name is a regular file inside the dataset, or it is refused: no link out
of it, no FIFO, no device.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path


class Unsafe(Exception):
    """The file under a name is no object; the message says why."""


def check_key(key: str) -> None:
    """A key leads down from the dataset's folder. Raises ``Unsafe``."""
    if "\x00" in key or any(part in ("", ".", "..") for part in key.split("/")):
        raise Unsafe("its name leads out of the dataset")


def list_files(root: Path, folder: str) -> Iterator[str]:
    """Keys of everything below ``folder`` but folders, in no order.

    Raises ``Unsafe`` for a link to a folder: it leads out of the dataset, or in a circle.
    """
    pending = [root / folder]
    while pending:
        here = pending.pop()
        if here.is_symlink():
            raise Unsafe(f"{os.fsencode(here).decode(errors='backslashreplace')} is a link to a folder")
        if not here.is_dir():
            continue
        with os.scandir(here) as entries:
            for entry in entries:
                if _is_folder(entry):
                    pending.append(Path(entry.path))
                else:
                    yield os.fsencode(os.path.relpath(entry.path, root)).decode(errors="backslashreplace")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link that leads nowhere: opening it says so


def open_file(root: Path, key: str) -> int:
    """A descriptor to read from. Raises ``Unsafe``, and ``FileNotFoundError`` where there is nothing."""
    check_key(key)
    try:
        real = (root / key).resolve()
        mode = real.stat().st_mode
    except RuntimeError:
        raise Unsafe("it is a link in a circle") from None
    except OSError as error:
        if error.errno not in (errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG):
            raise
        raise Unsafe(f"{error.strerror}") from error
    if not real.is_relative_to(root.resolve()):
        raise Unsafe("it is a link that leads out of the dataset")
    if not stat.S_ISREG(mode):
        raise Unsafe("it is no regular file")
    return os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
