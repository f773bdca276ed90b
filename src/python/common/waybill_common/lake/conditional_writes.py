"""Does this store honour a conditional create? Without it two drivers could both win."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path

from waybill_common.errors import LakeRefused
from waybill_common.lake.store import Lake

_FIRST = b"first"
_SECOND = b"second"


def check_conditional_writes(lake: Lake) -> None:
    """Create one object twice; raises ``LakeRefused`` where the second create overwrites the first."""
    key = f"_waybill/probes/{uuid.uuid4().hex}"
    first = lake.put_new(key, _FIRST)
    second = lake.put_new(key, _SECOND)
    stored = lake.get(key)
    if stored not in (None, _FIRST, _SECOND):
        raise _no_store(lake, stored)
    if stored is not None:
        lake.delete(key)
    _leave_no_folder(lake)
    if stored != _FIRST or second.stored:
        why = f" ({first.why})" if first.why else ""
        raise LakeRefused(
            f"The lake {lake.address} does not honour conditional creates: of two creates of one "
            f"object {first.stored + second.stored} were granted, and {stored!r} is stored{why}.",
            allowed="a store that refuses a PUT with If-None-Match: * where an object exists (S3, MinIO ≥ 2024-08, "
            "GCS, Azure, a local disk).",
            remedy="use such a store, or update this one.",
        )


def check_readable(lake: Lake) -> None:
    """As much of it as can be told without writing: that a store answers, or that this user may write to the folder.

    Raises ``LakeRefused`` and ``LakeUnavailable``.
    """
    if lake.local_root is not None:
        _check_folder(lake, Path(lake.local_root))
        return
    stored = lake.get(f"_waybill/probes/{uuid.uuid4().hex}")
    if stored is not None:
        raise _no_store(lake, stored)


def writers_actions(lake: Lake) -> str:
    """What whoever delivers asks of the store, as docs/security.md has it."""
    match lake.location.url.scheme:
        case "s3":
            return (
                "`s3:ListBucket`, `s3:GetObject`, `s3:PutObject`; `s3:DeleteObject` on `*/_waybill/probes/*`"
            )
        case "gs":
            return "storage.objects.list, get, create; storage.objects.delete on _waybill/probes/ and latest.json"
        case _:
            return "making folders and files"


def _check_folder(lake: Lake, folder: Path) -> None:
    """The nearest folder that is there: what is missing below is made there."""
    while not os.path.lexists(folder):
        folder = folder.parent
    why = None
    if not folder.is_dir():
        why = f"{folder} is no folder"
    elif not os.access(folder, os.W_OK | os.X_OK):
        why = f"this user may not write to {folder}"
    elif not _has_room(folder):
        why = f"the disk of {folder} is full"
    if why is not None:
        raise LakeRefused(
            f"The lake {lake.address} can't be written: {why}.",
            allowed="a folder that this user may create and write, on a disk with room.",
            remedy="correct lake.url, the folder's owner or the disk; then run again.",
        )


def _has_room(folder: Path) -> bool:
    """For another file of this user. A disk that does not count its blocks or files may have some."""
    found = os.statvfs(folder)
    return (found.f_blocks == 0 or found.f_bavail > 0) and (found.f_files == 0 or found.f_favail > 0)


def _no_store(lake: Lake, stored: bytes) -> LakeRefused:
    return LakeRefused(
        f"What answers for {lake.address} is no store: under a name that is new it has {stored[:40]!r}.",
        allowed="an S3 server, GCS or a local disk.",
        remedy="correct lake.endpoint (its port too), or the proxy that answers in its place.",
    )


def _leave_no_folder(lake: Lake) -> None:
    """Stores have no folders; a local disk keeps the probe's, also where the run is refused next. Only that one goes:
    somebody else's probe makes it again, which fails where what is above it goes at the same moment.
    """
    if lake.local_root is not None:
        with suppress(OSError):  # another probe lies in it
            Path(lake.local_root, "_waybill/probes").rmdir()
