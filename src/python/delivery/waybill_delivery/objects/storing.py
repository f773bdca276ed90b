"""Storing an object: the first writer wins, and what stands is what counts."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from waybill_common.errors import ObjectConflict
from waybill_common.lake import Lake, create
from waybill_common.ledger import Layout, Split, data_loss, lost_ranges_of
from waybill_delivery.letter_groups import LetterGroup, merged
from waybill_delivery.objects.assemble import ObjectPart
from waybill_delivery.objects.kinds import COORDINATES, ObjectKind
from waybill_delivery.objects.parquet import encode
from waybill_delivery.objects.stored_letters import letters_in
from waybill_delivery.objects.unnamed_files import standing


@dataclass(frozen=True)
class StoredPart:
    """An object as it stands in the store. ``reasons`` counts dead letters; it is empty for data objects.

    ``time`` is the least and the greatest of the contract's time field, in microseconds; None where there is none.
    ``raw_bytes`` of a data object leaves out records that nobody but another attempt could read. ``letters`` are those
    of dead letters.
    """

    key: str
    bytes: int
    sha256: str
    offsets: pa.ChunkedArray
    reasons: Counter[str]
    time: tuple[int, int] | None
    raw_bytes: int
    tombstones: int = 0
    letters: tuple[LetterGroup, ...] = ()

    @property
    def rows(self) -> int:
        return len(self.offsets)


def store_object(
    lake: Lake,
    key: str,
    part: ObjectPart,
    layout: Layout,
    kind: ObjectKind,
    split: Split,
    *,
    lost_range: range,
) -> StoredPart:
    """Store ``part`` under ``key`` in one conditional PUT, or take what somebody else stored there before.

    A zombie's or another release's object may differ in its bytes; its rows must have the same coordinates. Within
    ``lost_range`` (offsets that Kafka no longer has) it may hold more than this reader saw. Raises ``DataLoss`` where
    it holds fewer, as an attempt that accepted a loss leaves it, and ``ObjectConflict`` where it holds others.
    """
    body = encode(part.table, layout) if part.body is None else part.body
    created = create(lake, key, body, lambda _: False, get=partial(standing, lake))
    if created.mine:
        return _stored(key, created.body, part, kind)
    found = _read(lake, key, created.body, kind, split)
    ours, theirs = _coordinates(part.table), _coordinates(found.table)
    if any(offset not in lost_range for _, offset in theirs - ours):
        raise _conflict(
            lake,
            key,
            f"{found.table.num_rows} rows with other coordinates than the {part.table.num_rows} of ours",
        )
    if ours - theirs:
        missing = lost_ranges_of(split.partition, (offset for _, offset in ours - theirs))
        raise data_loss(f"{lake.address}/{key}, stored by an attempt that accepted a loss,", missing)
    if not kind.is_dead:  # it has no keys and values, so the records that were read count
        found = replace(found, raw_bytes=part.raw_bytes)
    return _stored(key, created.body, found, kind)


def adopt(lake: Lake, key: str, kind: ObjectKind, split: Split) -> StoredPart | None:
    """What somebody else stored under ``key``, if anything."""
    body = standing(lake, key)
    if body is None:
        return None
    return _stored(key, body, _read(lake, key, body, kind, split), kind)


def _coordinates(table: pa.Table) -> set[tuple[int, int]]:
    return set(zip(table["kafka_partition"].to_pylist(), table["kafka_offset"].to_pylist(), strict=True))


def _read(lake: Lake, key: str, body: bytes, kind: ObjectKind, split: Split) -> ObjectPart:
    """What reports tell of it. Raises ``ObjectConflict`` where the bytes are no object of this split."""
    columns = {**COORDINATES, **kind.told, **kind.raw}
    required = {*COORDINATES, *kind.required}
    raw_bytes, kept, letters = 0, [], tuple[LetterGroup, ...]()
    try:
        file = pq.ParquetFile(pa.BufferReader(body))
        schema = file.schema_arrow
        found = {name: schema.field(name).type for name in columns if schema.get_field_index(name) >= 0}
        fits = found == columns
        for index in range(file.num_row_groups):
            rows = file.read_row_group(index)
            if fits and kind.is_dead:
                raw_bytes += _raw_bytes(rows)
                letters = merged((*letters, *letters_in(split.partition, rows)))
            kept.append(rows.select(kind.kept if fits else []))
    except (pa.ArrowException, OSError) as error:
        raise _conflict(lake, key, "bytes that are no Parquet file") from error
    if not fits or not file.metadata.num_rows or any(t[n].null_count for t in kept for n in required):
        raise _conflict(lake, key, f"{file.metadata.num_rows} rows with other columns than ours")
    table = pa.concat_tables(kept)
    coordinates = _coordinates(table)
    if len(coordinates) < table.num_rows or any(
        of != split.partition or not split.start <= offset < split.end for of, offset in coordinates
    ):
        raise _conflict(lake, key, f"{table.num_rows} rows, some twice or of another split")
    return ObjectPart(table, raw_bytes, letters=letters)


def _stored(key: str, body: bytes, part: ObjectPart, kind: ObjectKind) -> StoredPart:
    reasons = Counter[str](part.table["reason"].to_pylist() if kind.is_dead else ())
    return StoredPart(
        key=key,
        bytes=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        offsets=part.table["kafka_offset"],
        reasons=reasons,
        time=kind.time_of(part.table),
        raw_bytes=part.raw_bytes,
        tombstones=kind.tombstones_in(part.table),
        letters=part.letters,
    )


def _raw_bytes(dead_letters: pa.Table) -> int:
    """Dead letters have their keys and values with them, also those that only another attempt could read."""
    return sum(pc.sum(pc.binary_length(dead_letters[name])).as_py() or 0 for name in ("key", "value"))


def _conflict(lake: Lake, key: str, what: str) -> ObjectConflict:
    return ObjectConflict(
        f"{lake.address}/{key} holds {what}.",
        allowed="nothing, or the rows of the split that the name says.",
        remedy="find out who wrote it and move it out of the dataset; then run again. Nothing was overwritten.",
    )
