"""Files of ``TMPDIR`` that hold what is too large for memory. None has a name, so no other process can open one."""

from __future__ import annotations

import mmap
import tempfile
from typing import IO, cast

from waybill_common.lake import Lake, NoObject, ObjectTooLarge

_HELD = 2**23


def unnamed_file() -> IO[bytes]:
    """Empty, for this user alone (mode 0600); gone with the last handle, however the process ends."""
    return tempfile.TemporaryFile()


def mapped(file: IO[bytes]) -> bytes:
    """What the file holds, as something to be measured, hashed and sent; the file may be closed then.

    The kernel reads it in as it is used, and takes that memory back as it likes.
    """
    file.flush()
    return cast(bytes, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def standing(lake: Lake, key: str) -> bytes | None:
    """The object under ``key``, if there is one; a large one is copied into a file."""
    try:
        return lake.get(key, limit=_HELD)
    except NoObject:
        return lake.get(key)  # says why it can't be used
    except ObjectTooLarge:
        with unnamed_file() as file:
            return mapped(file) if lake.copy(key, file) else None
