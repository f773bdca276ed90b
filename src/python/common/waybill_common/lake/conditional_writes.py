"""Does this store honour a conditional create? Without it two drivers could both win."""

from __future__ import annotations

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
        raise LakeRefused(
            f"What answers for {lake.address} is no store: under a name that is new it has {stored[:40]!r}.",
            allowed="an S3 server, GCS or a local disk.",
            remedy="correct lake.endpoint (its port too), or the proxy that answers in its place.",
        )
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


def _leave_no_folder(lake: Lake) -> None:
    """Stores have no folders; a local disk keeps the probe's, also where the run is refused next. Only that one goes:
    somebody else's probe makes it again, which fails where what is above it goes at the same moment.
    """
    if lake.local_root is not None:
        with suppress(OSError):  # another probe lies in it
            Path(lake.local_root, "_waybill/probes").rmdir()
