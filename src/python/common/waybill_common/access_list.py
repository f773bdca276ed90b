"""Linux's access lists: users and groups of whom a file's mode says nothing but that somebody may write."""

from __future__ import annotations

import os
import struct
from pathlib import Path

_NAME = "system.posix_acl_access"
_ENTRY = struct.Struct("<HHI")  # kind, rights, who; after a version of 4 bytes
_USER, _GROUP, _MASK, _WRITE = 0x02, 0x08, 0x10, 0x02


def who_may_write_by_list(place: Path | int) -> str | None:
    """A user or group, neither this user nor root, whom the list of a path or descriptor lets write."""
    if not hasattr(os, "getxattr"):  # no Linux
        return None
    try:
        entries = list(_ENTRY.iter_unpack(os.getxattr(place, _NAME)[4:]))
    except OSError:  # no list, or a file system without any
        return None
    if any(kind == _MASK and not rights & _WRITE for kind, rights, _ in entries):
        return None
    for kind, rights, who in entries:
        if rights & _WRITE and kind == _USER and who not in (0, os.geteuid()):
            return f"user {who}, by its access list"
        if rights & _WRITE and kind == _GROUP:
            return f"group {who}, by its access list"
    return None
