"""A version on this machine's disk: who could have changed it, and whether somebody has.

Airflow's default place for bundles lies among the temporary files, where anybody may make a folder first.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from waybill_airflow.archive import members
from waybill_airflow.bundle_error import BundleError

_BYTECODE = "__pycache__"


class FolderRefused(BundleError):
    """Others could put code of theirs in the place of the DAGs: nothing from there may run."""


def require_own(folder: Path, owners: frozenset[int]) -> None:
    """Raises ``FolderRefused`` where others than ``owners`` and root could change what lies in ``folder``."""
    real = folder.resolve()
    for path in {folder, *folder.absolute().parents, real, *real.parents}:
        status = path.lstat()
        if status.st_uid not in {0, *owners}:
            raise _refused(path, f"belongs to user {status.st_uid}")
        counts = path == real or not status.st_mode & stat.S_ISVTX
        if stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_IWOTH and counts:
            raise _refused(path, "can be written to by everybody")


def is_changed(folder: Path, archive: bytes, owners: frozenset[int]) -> bool:
    """Whether ``folder`` holds anything but what ``archive`` unpacks to, and Python's bytecode of that."""
    expected = members(archive)
    found = dict(_files(folder, owners))
    return found.keys() != expected.keys() or any(
        path is None or path.read_bytes() != expected[name] for name, path in found.items()
    )


def owners_here(sudo_uid: str | None) -> frozenset[int]:
    """This user, and the one who made it start as another: Airflow runs a task as another user by sudo, which tells."""
    own = {os.geteuid()}
    return frozenset(own | {int(sudo_uid)} if sudo_uid and sudo_uid.isdecimal() else own)


def _files(folder: Path, owners: frozenset[int]) -> Iterator[tuple[str, Path | None]]:
    """None in place of what is no file that ``owners`` alone may write to."""
    for path in folder.rglob("*"):
        try:
            status = path.lstat()
        except FileNotFoundError:  # Python writes bytecode under another name first
            continue
        if stat.S_ISDIR(status.st_mode):
            require_own(path, owners)
            continue
        own = status.st_uid in {0, *owners} and not status.st_mode & stat.S_IWOTH
        if not (own and stat.S_ISREG(status.st_mode)):
            yield path.relative_to(folder).as_posix(), None
        elif path.parent.name != _BYTECODE:
            yield path.relative_to(folder).as_posix(), path


def _refused(path: Path, what: str) -> FolderRefused:
    return FolderRefused(
        f"The folder {path} for versions of DAGs {what}.",
        allowed="folders that belong to Airflow's user or root, and that nobody else may write to.",
        remedy="name such a folder in Airflow's configuration, [dag_processor] dag_bundle_storage_path.",
    )
