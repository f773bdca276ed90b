"""What is said of a split: its stored objects, what is lost, and the sums, in the format of its manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyarrow.compute as pc

from waybill_common.ledger import (
    ObjectEntry,
    ObjectEntry3,
    Offsets,
    Split,
    SplitReport,
    SplitReport1,
    SplitReport3,
    TimeRange,
    lost_ranges_of,
    partition_in,
)
from waybill_delivery.objects.storing import StoredPart


def report(
    split: Split,
    data: Sequence[StoredPart],
    dead: StoredPart | None,
    *,
    lost_range: range,
    skipped: Sequence[int],
    raw_bytes: int,
    format: int,  # noqa: A002  # the ledger's word for it
) -> SplitReport:
    """Offsets of the lost range that somebody stored are not lost: a receipt never declares lost what arrived.

    ``skipped`` are those that were read and not asked for.
    """
    stored = [*data, *([dead] if dead else [])]
    kept = (
        {*skipped, *(offset for one in stored for offset in one.offsets.to_pylist())} if lost_range else set()
    )
    holes = lost_ranges_of(split.partition, (offset for offset in lost_range if offset not in kept))
    rows = sum(one.rows for one in data)
    dead_letters = dead.rows if dead else 0
    lost = sum(one.length for one in holes)
    reasons = dict(sorted((dead.reasons if dead else Counter[str]()).items()))
    empty = split.length - rows - dead_letters - len(skipped) - lost
    if format < 3:
        return SplitReport1(
            partition=split.partition,
            start=split.start,
            end=split.end,
            rows=rows,
            dead=dead_letters,
            empty=empty,
            lost=lost,
            holes=holes,
            reasons=reasons,
            data=tuple(map(_entry, data)),
            dead_letters=_entry(dead) if dead else None,
        )
    return SplitReport3(
        partition=split.partition,
        start=split.start,
        end=split.end,
        rows=rows,
        dead=dead_letters,
        skipped=len(skipped),
        empty=empty,
        lost=lost,
        tombstones=sum(one.tombstones for one in data),
        raw_bytes=raw_bytes,
        holes=holes,
        reasons=reasons,
        data=tuple(map(_entry3, data)),
        dead_letters=_entry3(dead) if dead else None,
    )


def _entry(one: StoredPart) -> ObjectEntry:
    return ObjectEntry(key=one.key, rows=one.rows, bytes=one.bytes, sha256=one.sha256)


def _entry3(one: StoredPart) -> ObjectEntry3:
    ends = pc.min_max(one.offsets).as_py()
    return ObjectEntry3(
        key=one.key,
        rows=one.rows,
        bytes=one.bytes,
        sha256=one.sha256,
        partition=partition_in(one.key),
        offsets=Offsets(first=ends["min"], last=ends["max"]),
        time=None if one.time is None else TimeRange(min=one.time[0], max=one.time[1]),
        raw_bytes=one.raw_bytes,
    )
