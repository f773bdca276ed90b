"""Placing an object: the first writer wins, and what stands is what counts."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from waybill_common.errors import ObjectConflict
from waybill_common.lake import Lake
from waybill_common.lake import create
from waybill_common.ledger import Layout
from waybill_common.ledger import ObjectEntry
from waybill_common.ledger import holes_of
from waybill_common.ledger.decide import data_loss
from waybill_spark.objects.parquet import encode


@dataclass(frozen=True)
class Stored:
    """An object as it stands in the store. ``reasons`` counts dead letters; it is empty for data objects."""

    entry: ObjectEntry
    offsets: pa.ChunkedArray
    reasons: Counter[str]


def place(lake: Lake, key: str, table: pa.Table, layout: Layout, *, hole: range) -> Stored:
    """Store ``table`` under ``key`` in one conditional PUT, or take what somebody else stored there before.

    A zombie's or another release's object may differ in its bytes; its rows must have the same coordinates. Within
    ``hole`` (offsets that Kafka no longer has) it may hold more than this reader could see. Raises ``DataLoss`` where
    it holds fewer, as an attempt that accepted a loss leaves it, and ``ObjectConflict`` where it holds others.
    """
    created = create(lake, key, encode(table, layout), lambda _: False)
    if created.mine:
        return _stored(key, created.body, table)
    standing = _read(lake, key, created.body)
    ours, theirs = _coordinates(table), _coordinates(standing)
    [partition] = {one for one, _ in ours}
    if any(of != partition or offset not in hole for of, offset in theirs - ours):
        raise _conflict(
            lake, key, f"{standing.num_rows} rows with other coordinates than the {table.num_rows} of ours"
        )
    if ours - theirs:
        missing = holes_of(partition, (offset for _, offset in ours - theirs))
        raise data_loss(f"{lake.address}/{key}, stored by an attempt that accepted a loss,", missing)
    return _stored(key, created.body, standing)


def adopt(lake: Lake, key: str) -> Stored | None:
    """What somebody else stored under ``key``, if anything."""
    body = lake.get(key)
    return None if body is None else _stored(key, body, _read(lake, key, body))


def _coordinates(table: pa.Table) -> set[tuple[int, int]]:
    return set(zip(table["kafka_partition"].to_pylist(), table["kafka_offset"].to_pylist(), strict=True))


def _read(lake: Lake, key: str, body: bytes) -> pa.Table:
    try:
        return pq.read_table(pa.BufferReader(body))
    except pa.ArrowInvalid as error:
        raise _conflict(lake, key, "bytes that are no Parquet file") from error


def _stored(key: str, body: bytes, table: pa.Table) -> Stored:
    entry = ObjectEntry(
        key=key, rows=table.num_rows, bytes=len(body), sha256=hashlib.sha256(body).hexdigest()
    )
    reasons = Counter(table["reason"].to_pylist()) if "reason" in table.column_names else Counter[str]()
    return Stored(entry, table["kafka_offset"], reasons)


def _conflict(lake: Lake, key: str, what: str) -> ObjectConflict:
    return ObjectConflict(
        f"{lake.address}/{key} holds {what}.",
        allowed="nothing, or the rows of the split that the name says.",
        remedy="find out who wrote it and move it out of the dataset; then run again. Nothing was overwritten.",
    )
