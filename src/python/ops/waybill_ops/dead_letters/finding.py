"""Finding dead letters: receipts name the objects, and nothing else counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from waybill_common.errors import LakeRefused
from waybill_common.settings import Settings
from waybill_ops.audit import (
    LEDGER,
    ExpectedName,
    LakeReader,
    Receipt,
    Span,
    StoredObject,
    Unsafe,
    entry_key,
    parse_entry_key,
    parse_object_key,
    parse_receipt,
    read_entry,
)
from waybill_ops.dead_letters.dead_letter import KeptDeadLetter, RecordCoordinates
from waybill_ops.dead_letters.selection import Selection
from waybill_streams.redrives import DatasetHome, home_of

_ROWS = 1000


_READ = pa.schema(
    [
        pa.field("kafka_partition", pa.int32(), nullable=False),
        pa.field("kafka_offset", pa.int64(), nullable=False),
        ("kafka_timestamp", pa.int64()),
        ("key", pa.binary()),
        ("value", pa.binary()),
        pa.field(
            "headers", pa.list_(pa.struct([("name", pa.binary()), ("value", pa.binary())])), nullable=False
        ),
        pa.field("reason", pa.binary(), nullable=False),
        pa.field("detail", pa.binary(), nullable=False),
        ("header_names", pa.list_(pa.binary())),
        ("kafka_timestamp_ms", pa.int64()),
    ]
)
"""What is read of an object: texts as bytes and times as numbers, which hold whatever stands there."""

_ADDED = ("header_names", "kafka_timestamp_ms")
"""Columns that objects have from format 3 on, and before it where a record needs them."""


@dataclass(frozen=True)
class DeadLetterFinder:
    """Where a dataset's dead letters lie: the objects by split, in the order of partitions and offsets.

    ``topic_id`` is that of the ledger, None where nothing was ever delivered.
    """

    lake: LakeReader
    topic: str
    topic_id: str | None
    objects: tuple[tuple[Span, StoredObject], ...]

    @property
    def topics(self) -> Mapping[str, str]:
        """The letters' topic with its id; empty where nothing was ever delivered."""
        return {} if self.topic_id is None else {self.topic: self.topic_id}

    def dead_letters(self, selection: Selection) -> Iterator[KeptDeadLetter]:
        """Dead letters in the order of partitions and offsets, one object in memory at a time."""
        for span, stored in self.objects:
            if selection.may_take_from(span.partition, span.start, span.end):
                yield from (one for one in self._read(stored) if selection.takes(one))

    def _read(self, stored: StoredObject) -> Iterator[KeptDeadLetter]:
        try:
            body = self.lake.read(stored.key, stored.bytes)
            if body is None:
                raise self._unusable(stored.key, "it is not there")
            for batch in pq.ParquetFile(pa.BufferReader(body)).iter_batches(_ROWS):
                yield from (_letter(row, self.topic, stored.key) for row in _rows(batch))
        except (pa.ArrowException, Unsafe, KeyError, ValueError, OSError) as error:
            raise self._unusable(stored.key, str(error)[:200]) from error

    def _unusable(self, key: str, why: str) -> LakeRefused:
        return LakeRefused(
            f"{self.lake.address}/{key} is named by a receipt and can't be used: {why}.",
            allowed="every object that a receipt names, as docs/format.md specifies it.",
            remedy="run `waybill verify`, and restore the object from a backup.",
        )


def open_dead_letters(settings: Settings, home: DatasetHome | None = None) -> DeadLetterFinder:
    """Of the stream's own dataset, or of another ``home`` of it, which may not have begun. Reads every receipt.

    Raises ``LakeRefused``, ``LakeUnavailable``, ``LedgerCorrupt`` and ``ContractUnknown``.
    """
    own = home_of(settings.stream)
    home = home or own
    lake = LakeReader(settings.lake, home.folder)
    if home == own:
        lake.require()
    topic, topic_id = home.topic, None
    objects: list[tuple[Span, StoredObject]] = []
    for key in lake.keys(LEDGER):
        entry = parse_entry_key(key)
        if entry is None or entry[1] != "receipt":
            continue
        receipt = _receipt(lake, entry[0])
        if receipt.home[:2] != (home.stream, topic):
            raise LakeRefused(
                f"The ledger of {lake.address} belongs to stream {receipt.home[0]} and topic {receipt.home[1]}, "
                f"this command is for stream {home.stream} and topic {topic}.",
                allowed="the stream and topic that the lake was begun with.",
                remedy="correct lake.url or stream.topic.",
            )
        topic_id = receipt.home[2]
        for report in receipt.splits:
            if report.dead_letters:
                _require_name(lake, key, report.dead_letters, report.span, topic)
                objects.append((report.span, report.dead_letters))
    return DeadLetterFinder(lake, topic, topic_id, tuple(sorted(objects, key=lambda one: one[0])))


def _receipt(lake: LakeReader, number: int) -> Receipt:
    entry = read_entry(lake, number, "receipt", parse_receipt)
    if entry is None or entry.says is None:
        why = "it was listed and is gone" if entry is None else entry.problem
        raise lake.corrupt(entry_key(number, "receipt"), why)
    return entry.says


def _require_name(lake: LakeReader, receipt: str, stored: StoredObject, span: Span, topic: str) -> None:
    """The object bears its split's name, so that it lies in the dataset."""
    promise = parse_object_key(stored.key)
    if promise != ExpectedName(topic, span.partition, span.start, span.end, None):
        raise lake.corrupt(
            receipt, f"{stored.key[:200]!r} is no name of an object with dead letters of {span}"
        )


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    table = pa.Table.from_batches([batch])
    for name in _ADDED:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(len(table), _READ.field(name).type))
    return iter(table.select(_READ.names).cast(_READ).to_pylist())


def _letter(row: dict[str, Any], topic: str, key: str) -> KeptDeadLetter:
    micros, millis = row["kafka_timestamp"], row["kafka_timestamp_ms"]
    if None in row["headers"]:
        raise ValueError("a header is null")
    names_of = row["header_names"] or [one["name"] for one in row["headers"]]
    if None in names_of:
        raise ValueError("a header has no name")
    return KeptDeadLetter(
        coordinates=RecordCoordinates(topic, row["kafka_partition"], row["kafka_offset"]),
        timestamp=_none_of_kafka(millis) if micros is None else micros // 1000,
        key=row["key"],
        value=row["value"],
        headers=tuple((name, one["value"]) for name, one in zip(names_of, row["headers"], strict=True)),
        reason=row["reason"].decode(errors="replace"),
        detail=row["detail"].decode(errors="replace"),
        object=key,
    )


def _none_of_kafka(millis: int | None) -> int | None:
    """Kafka says -1 where a record has no timestamp."""
    return None if millis == -1 else millis
