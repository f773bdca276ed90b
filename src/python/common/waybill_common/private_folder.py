"""Folders of programs that are kept between runs: who else could change what lies there could run code as this user.

A folder is private where it belongs to this user or to root, and nobody else may write to it. The way to it counts too,
links among it: who may rename a folder above it may put another in its place. In a folder with the sticky bit, such as
/tmp, only an entry's owner may.
"""

from __future__ import annotations

import errno
import grp
import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from waybill_common.access_list import who_may_write_by_list
from waybill_common.errors import EnvironmentMissing

_MOST_LINKS = 40


def make_private(folder: Path, *, remedy: str, way_too: bool = True) -> None:
    """Make ``folder`` and what is missing above it, for this user alone; one that is there has to be private.

    Raises ``EnvironmentMissing``.
    """
    for one in reversed((folder, *folder.parents)):
        with suppress(FileExistsError):
            if not one.exists():
                one.mkdir(mode=0o700)
    require_private(folder, remedy=remedy, way_too=way_too)


def require_private(folder: Path, *, remedy: str, way_too: bool = True) -> None:
    """Raises ``EnvironmentMissing`` where another user could change what lies in ``folder``.

    Without ``way_too`` the folders above it may belong to others: whoever names a folder knows where it lies.
    """
    try:
        found = list(way_to(folder))
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ELOOP, errno.ENOTDIR):
            raise  # of the machine
        raise _refused(folder, "leads nowhere: a link on its way is broken", folder, remedy) from error
    last, status = found[-1]
    if not stat.S_ISDIR(status.st_mode):
        raise _refused(last, "is no folder", folder, remedy)
    for path, status in found:
        is_last = path == last
        if (is_last or way_too or stat.S_ISLNK(status.st_mode)) and is_a_strangers(status):
            what = "is a link that belongs" if stat.S_ISLNK(status.st_mode) else "belongs"
            raise _refused(path, f"{what} to user {status.st_uid}", folder, remedy)
        counts = stat.S_ISDIR(status.st_mode) and (is_last or not status.st_mode & stat.S_ISVTX)
        if counts and (who := _who_else_writes(path, status, strict=is_last)):
            raise _refused(path, f"can be written to by {who}", folder, remedy)


def close_to_others(path: Path) -> None:
    """Nobody else may write to what is made here, whatever the umask: it would be refused at its next use."""
    path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o022)


def is_private_file(path: Path) -> bool:
    """Whether ``path`` is a file, no link, that belongs to this user or root, and that nobody else may write to."""
    status = path.lstat()
    return (
        stat.S_ISREG(status.st_mode)
        and not is_a_strangers(status)
        and _who_else_writes(path, status, strict=True) is None
    )


def require_private_file(path: Path, *, remedy: str) -> None:
    """Raises ``EnvironmentMissing`` unless ``is_private_file``."""
    if not is_private_file(path):
        raise _refused(path, "is a link, another user's, or open to others' writing", path.parent, remedy)


def is_a_strangers(status: os.stat_result) -> bool:
    """Whether it belongs to somebody who is neither this user nor root."""
    return status.st_uid not in (0, os.geteuid())


def way_to(place: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Every folder on the way to ``place``, itself included, and every link that is followed."""
    done, todo, links = Path("/"), [*reversed(place.absolute().parts[1:])], 0
    yield done, done.lstat()
    while todo:
        part = todo.pop()
        if part == "..":
            done = done.parent
            continue
        status = (done / part).lstat()
        yield done / part, status
        if not stat.S_ISLNK(status.st_mode):
            done /= part
            continue
        target = (done / part).readlink()
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(place))
        done = Path("/") if target.is_absolute() else done
        todo += reversed(target.parts[1:] if target.is_absolute() else target.parts)


def _who_else_writes(path: Path, status: os.stat_result, *, strict: bool) -> str | None:
    """Whom mode and access list let write, besides this user and root.

    ``strict``: a group that no list knows is somebody.
    """
    if status.st_mode & stat.S_IWOTH:
        return "everybody"
    if status.st_mode & stat.S_IWGRP and not _is_own_group(status.st_gid, unknown=not strict):
        return f"group {status.st_gid}"
    return who_may_write_by_list(path)


def _is_own_group(gid: int, *, unknown: bool) -> bool:
    """Whether nobody else is in the group, as on machines where each user has one of his own."""
    try:
        members = set(grp.getgrgid(gid).gr_mem)
    except KeyError:
        return unknown
    mine = {0, os.geteuid()}
    named = {one.pw_name for one in pwd.getpwall() if one.pw_uid in mine}
    return members <= named and all(one.pw_uid in mine for one in pwd.getpwall() if one.pw_gid == gid)


def _refused(path: Path, what: str, folder: Path, remedy: str) -> EnvironmentMissing:
    where = "" if path == folder else f", on the way to {folder}"
    return EnvironmentMissing(
        f"{path} {what}{where}.",
        allowed="folders that belong to this user or root, and that nobody else may write to: programs are kept there.",
        remedy=f"look what lies there, then remove it or correct its owner and mode (chmod go-w); or {remedy}.",
    )
