"""Access lists on files, as ``setfacl`` makes them."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from pathlib import Path

import pytest

NAME = "system.posix_acl_access"


def give_list(place: Path, entries: Iterable[tuple[int, int, int]], patched: pytest.MonkeyPatch) -> None:
    """``entries`` are kind, rights, who. A file system without lists is told to have this one."""
    listed = b"".join(struct.pack("<HHI", kind, rights, who % 2**32) for kind, rights, who in entries)
    value = struct.pack("<I", 2) + listed
    try:
        os.setxattr(place, NAME, value)
    except OSError:
        known = place.stat()

        def told(asked: int | str | Path, name: str) -> bytes:
            if name != NAME or not os.path.samestat(os.stat(asked), known):  # noqa: PTH116  # also a descriptor
                raise OSError(61, "No data available")
            return value

        patched.setattr(os, "getxattr", told)
