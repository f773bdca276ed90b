"""Errors of the machine itself: no room, no rights, too many files."""

from __future__ import annotations

import errno

from waybill_common.errors import EnvironmentMissing

_WANTED = {
    errno.EACCES: "a place that this user may use.",
    errno.ENOSPC: "room on the disk.",
    errno.EDQUOT: "room within the user's quota.",
    errno.EROFS: "a disk that can be written to.",
    errno.EMFILE: "more open files for a process (ulimit -n).",
    errno.ENFILE: "more open files for this machine.",
}
_NO_TEMPORARY = "No usable temporary directory"


def of_the_machine(error: OSError) -> EnvironmentMissing | None:
    """The error to raise instead, where the machine refused; None for any other."""
    if error.errno in _WANTED:
        where = f" at {error.filename}" if error.filename else ""
        return EnvironmentMissing(
            f"This machine said {error.strerror!r}{where}.",
            allowed=_WANTED[error.errno],
            remedy="correct that, then run again; TMPDIR and XDG_CACHE_HOME name other places for files.",
        )
    if str(error.strerror).startswith(_NO_TEMPORARY):
        return EnvironmentMissing(
            f"There is no folder for temporary files: {error.strerror}.",
            allowed="one that this user may write to, with room on its disk.",
            remedy="set TMPDIR to one, or make room.",
        )
    return None
