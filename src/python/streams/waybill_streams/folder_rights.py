"""Who may write to a stream's folder. It is code: who can write it can read what its producer reads."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from waybill_common.access_list import who_may_write_by_list
from waybill_common.errors import SettingsRefused
from waybill_common.private_folder import is_a_strangers, way_to
from waybill_streams.stream_folder import SAMPLES


def check_rights(folder: Path, given: Path) -> str | None:
    """A warning where a group may write to the folder of a stream below ``given``, the folder of folders.

    Raises ``SettingsRefused`` where everybody may, on a mount that can be written, or where it belongs to neither this
    user nor root: it, ``given``, links on the way from there, or anything in it. Folders above ``given`` don't count.
    """
    return _checked(_parts(folder, given), folder)


def check_home(folder: Path) -> str | None:
    """The same of the folder of folders alone, before a stream's is made in it."""
    above = {*folder.absolute().parents, *folder.resolve().parents}
    return _checked(((path, found) for path, found in way_to(folder) if path not in above), folder / "new")


def _checked(parts: Iterable[tuple[Path, os.stat_result]], folder: Path) -> str | None:
    warned: str | None = None
    itself = folder.resolve()
    for path, found in parts:
        if is_a_strangers(found):
            raise _refused(path, f"belongs to user {found.st_uid}")
        if stat.S_ISLNK(found.st_mode) or _is_read_only(path):
            continue
        sticky = stat.S_ISDIR(found.st_mode) and path != itself and found.st_mode & stat.S_ISVTX
        if found.st_mode & stat.S_IWOTH and not sticky:
            raise _refused(path, f"can be written by everybody (mode {stat.S_IMODE(found.st_mode):04o})")
        if warned is None and not sticky:
            warned = _group(path, found)
    return warned


def _parts(folder: Path, given: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The way to the folder from ``given`` on, what lies in it, and what links there lead to."""
    above = {*given.absolute().parents, *given.resolve().parents}
    todo = [folder]
    while todo:
        place = todo.pop()
        try:
            way = [*way_to(place)]
            inside = [*place.iterdir()] if _is_looked_into(place, folder) else []
        except OSError:
            continue  # it leads nowhere, or nobody may look: nothing is read there
        yield from ((path, found) for path, found in way if path not in above)
        todo += inside


def _is_looked_into(place: Path, folder: Path) -> bool:
    """Links to other folders than that of the samples are of no use to a stream."""
    return place.is_dir() and (not place.is_symlink() or place in (folder, folder / SAMPLES))


def _group(path: Path, found: os.stat_result) -> str | None:
    if found.st_mode & stat.S_IWGRP:
        return f"{path} can be written by group {found.st_gid} (mode {stat.S_IMODE(found.st_mode):04o})"
    listed = who_may_write_by_list(path)
    return f"{path} can be written by {listed}" if listed else None


def _is_read_only(path: Path) -> bool:
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def _refused(path: Path, what: str) -> SettingsRefused:
    return SettingsRefused(
        f"{path} {what}: whoever can write a stream's folder decides what is read and stored.",
        allowed="files and folders of this user or root that others can't write, or a mount that is read-only.",
        remedy=f"look what lies there, then correct its owner and mode (chmod o-w {path}). Nothing was touched.",
    )
