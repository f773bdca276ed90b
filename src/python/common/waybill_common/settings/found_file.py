"""Whether a ``waybill.toml`` that merely lies in the current folder may be trusted: settings can load code."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path

from waybill_common.access_list import who_may_write_by_list
from waybill_common.settings.secret_files import is_read_only


def why_not_trusted(path: Path) -> str:
    """The end of a sentence about ``path``; empty where only this user and root can change what is read there."""
    try:
        whole = path.resolve(strict=True)
        file = os.open(whole, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, RuntimeError):
        return ""  # what reads it says why
    try:
        if is_read_only(file):
            return ""
        found, listed = os.fstat(file), who_may_write_by_list(file)
    finally:
        os.close(file)
    if not stat.S_ISREG(found.st_mode):
        return ""
    if why := _why(found, listed, folder=False):
        return f"it {why}"
    for folder in {path.absolute().parent, whole.parent}:
        if why := _why(folder.stat(), who_may_write_by_list(folder), folder=True):
            return f"its folder {folder} {why}"
    return ""


def _why(found: os.stat_result, listed: str | None, *, folder: bool) -> str:
    mode = stat.S_IMODE(found.st_mode)
    if found.st_uid not in (os.geteuid(), 0):
        return f"belongs to user {found.st_uid}"
    if folder and mode & stat.S_ISVTX:
        return ""  # others add files there, and change none
    others = stat.S_IWOTH if _is_own_group(found.st_gid) else stat.S_IWOTH | stat.S_IWGRP
    if mode & others:
        return f"can be written by others (mode {mode:04o})"
    return f"can be written by {listed}" if listed else ""


def _is_own_group(group: int) -> bool:
    """A user's private group, which many systems give to what a user makes."""
    me = os.geteuid()
    try:
        return me != 0 and group == me == pwd.getpwuid(me).pw_gid
    except KeyError:
        return False
