"""Whether a ``waybill.toml`` that merely lies in the current folder may be trusted: settings can load code."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path

from waybill_common.access_list import who_may_write_by_list
from waybill_common.private_folder import way_to


def why_not_trusted(path: Path) -> str:
    """The end of a sentence about ``path``; empty where only this user and root can change what is read there.

    That is so of each link that leads to it, too, and of each folder that a name is looked up in. Those above the
    current one are none of them.
    """
    above = len(path.absolute().parts) - 2
    try:
        if stat.S_ISREG(path.lstat().st_mode) and _is_read_only(path):
            return ""  # mounted here by itself, which nobody can undo
        for number, (part, found) in enumerate(way_to(path)):
            if number >= above and (why := _why_of(part, found)):
                return f"it {why}" if part == path.absolute() else f"{_what(found)} {part} {why}"
    except OSError:
        pass  # what reads it says why; nobody else can change what was found up to there
    return ""


def _why_of(part: Path, found: os.stat_result) -> str:
    if stat.S_ISLNK(found.st_mode):
        return "" if _is_read_only(part.parent) else _strangers(found)
    if stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode):
        listed = who_may_write_by_list(part)
        return "" if _is_read_only(part) else _why(found, listed, folder=stat.S_ISDIR(found.st_mode))
    return "is no file, so that nobody knows who fills it"


def _what(found: os.stat_result) -> str:
    return "its folder" if stat.S_ISDIR(found.st_mode) else "what it leads to,"


def _is_read_only(path: Path) -> bool:
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def _why(found: os.stat_result, listed: str | None, *, folder: bool) -> str:
    mode = stat.S_IMODE(found.st_mode)
    if why := _strangers(found):
        return why
    if folder and mode & stat.S_ISVTX:
        return ""  # others add files there, and change none
    others = stat.S_IWOTH if _is_own_group(found.st_gid) else stat.S_IWOTH | stat.S_IWGRP
    if mode & others:
        return f"can be written by others (mode {mode:04o})"
    return f"can be written by {listed}" if listed else ""


def _strangers(found: os.stat_result) -> str:
    return "" if found.st_uid in (os.geteuid(), 0) else f"belongs to user {found.st_uid}"


def _is_own_group(group: int) -> bool:
    """A user's private group, which many systems give to what a user makes."""
    me = os.geteuid()
    try:
        return me != 0 and group == me == pwd.getpwuid(me).pw_gid
    except KeyError:
        return False
