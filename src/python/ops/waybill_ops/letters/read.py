"""Finding dead letters: receipts name the objects, and nothing else counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from waybill_common.errors import LakeRefused
from waybill_common.errors import LedgerCorrupt
from waybill_common.settings import Settings
from waybill_ops.audit import names
from waybill_ops.audit.entries import Receipt
from waybill_ops.audit.entries import Span
from waybill_ops.audit.entries import Unreadable
from waybill_ops.audit.entries import parse_receipt
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.letters.letter import Letter
from waybill_ops.letters.letter import Place
from waybill_ops.letters.selection import Selection

_ROWS = 1000


@dataclass(frozen=True)
class LetterBox:
    """Where a dataset's letters lie: the objects by split, in the order of partitions and offsets.

    ``topic_id`` is that of the ledger, None where nothing was ever delivered.
    """

    lake: LakeReader
    topic: str
    topic_id: str | None
    objects: tuple[tuple[Span, str], ...]

    def letters(self, selection: Selection) -> Iterator[Letter]:
        """Letters in the order of partitions and offsets, one object in memory at a time."""
        for span, key in self.objects:
            if selection.may_take_from(span.partition, span.start, span.end):
                yield from (one for one in self._read(key) if selection.takes(one))

    def _read(self, key: str) -> Iterator[Letter]:
        body = self.lake.read(key)
        if body is None:
            raise self._unusable(key, "it is not there")
        try:
            for batch in pq.ParquetFile(pa.BufferReader(body)).iter_batches(_ROWS):
                yield from (_letter(row, self.topic, key) for row in batch.to_pylist())
        except (pa.ArrowInvalid, KeyError) as error:
            raise self._unusable(key, str(error)[:200]) from error

    def _unusable(self, key: str, why: str) -> LakeRefused:
        return LakeRefused(
            f"{self.lake.address}/{key} is named by a receipt and can't be used: {why}.",
            allowed="every object that a receipt names, as docs/format.md specifies it.",
            remedy="run `waybill verify`, and restore the object from a backup.",
        )


def open_letters(settings: Settings) -> LetterBox:
    """Reads every receipt. Raises ``LakeRefused``, ``LakeUnavailable`` and ``LedgerCorrupt``."""
    lake = LakeReader(settings.lake, settings.stream.name)
    lake.require()
    topic, topic_id = settings.stream.topic, None
    objects: list[tuple[Span, str]] = []
    for key in lake.keys(names.LEDGER):
        entry = names.parse_entry_key(key)
        if entry is None or entry[1] != "receipt":
            continue
        receipt = _receipt(lake, key)
        if receipt.home[:2] != (settings.stream.name, topic):
            raise LakeRefused(
                f"The ledger of {lake.address} belongs to stream {receipt.home[0]} and topic {receipt.home[1]}, "
                f"this command is for stream {settings.stream.name} and topic {topic}.",
                allowed="the stream and topic that the lake was begun with.",
                remedy="correct lake.url or stream.topic.",
            )
        topic_id = receipt.home[2]
        objects += [(one.span, one.dead_letters.key) for one in receipt.splits if one.dead_letters]
    return LetterBox(lake, topic, topic_id, tuple(sorted(objects)))


def _receipt(lake: LakeReader, key: str) -> Receipt:
    try:
        return parse_receipt(lake.read(key) or b"")
    except Unreadable as problem:
        raise LedgerCorrupt(
            f"{key} can't be used: {problem}.",
            allowed="entries as docs/format.md specifies them, never edited.",
            remedy="restore it from a backup; `waybill verify` lists what is affected. Nothing was written.",
        ) from problem


def _letter(row: dict[str, Any], topic: str, key: str) -> Letter:
    return Letter(
        place=Place(topic, row["kafka_partition"], row["kafka_offset"]),
        timestamp=row["kafka_timestamp"],
        key=row["key"],
        value=row["value"],
        headers=tuple((one["name"], one["value"]) for one in row["headers"]),
        reason=row["reason"],
        detail=row["detail"],
        object=key,
    )
