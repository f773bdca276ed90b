"""contract.json, written whole or not at all."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from waybill_common.errors import SettingsRefused
from waybill_common.private_folder import close_to_others


def replace_document(file: Path, text: bytes) -> None:
    """A link stays one, and the file keeps who may read it. Raises ``SettingsRefused``."""
    target = file.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        part.unlink(missing_ok=True)  # of a program that was killed, and had this number
        with part.open("xb") as written:
            written.write(text)
        with suppress(FileNotFoundError):
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        close_to_others(part)
        part.replace(target)
    except OSError as error:
        raise SettingsRefused(
            f"{file} can't be written: {(error.strerror or str(error)).lower()}.",
            allowed="a folder in which this user may write files.",
            remedy="publish from a folder of your own, named by --streams, or correct its rights. Nothing was stored "
            "in the dataset.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
