"""Which records a page shows: the newest, those from a place on, or one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from waybill_common.kafka import open_reader
from waybill_common.settings import KafkaSettings
from waybill_console.cluster import Bounds
from waybill_console.messages.asked import Spans, newest
from waybill_console.messages.consuming import SpanReader, reader_config
from waybill_console.messages.decoding import Judge
from waybill_console.messages.kafka_record import LISTED, ShownRecord

_ROUNDS = 4


@dataclass(frozen=True)
class Found:
    """``cut_short`` says why there may be more: time or bytes ran out."""

    records: tuple[ShownRecord, ...]
    cut_short: str = ""


@dataclass
class RecordReader:
    """Reads one topic's records."""

    settings: KafkaSettings
    topic: str
    judge: Judge | None
    most: int = LISTED

    def newest(self, bounds: Mapping[int, Bounds], limit: int) -> Found:
        """The newest ``limit`` by time, the newest first. Offsets may be markers, so it goes back for more."""
        found: list[ShownRecord] = []
        back, before = limit, None
        with self._reading() as read:
            for _ in range(_ROUNDS):
                spans = newest(bounds, back, before)
                found += read(spans, 4 * limit)
                before = {p: start for p, (start, _) in spans.items()}
                if len(found) >= limit or not spans or read.why:
                    break
                back *= 4
        found.sort(key=lambda one: (one.timestamp or 0, one.offset), reverse=True)
        return Found(tuple(found[:limit]), read.why)

    def onwards(self, spans: Spans, limit: int) -> Found:
        """The first ``limit`` records of ``spans``, in the order of their offsets."""
        with self._reading() as read:
            found = read(spans, limit)
        found.sort(key=lambda one: (one.timestamp or 0, one.partition, one.offset))
        return Found(tuple(found[:limit]), read.why)

    def one(self, partition: int, offset: int) -> ShownRecord | None:
        """The record at one place, None where Kafka has none there (a marker, an aborted one, or it is gone)."""
        with self._reading() as read:
            found = read({partition: (offset, offset + 1)}, 1)
        return found[0] if found else None

    @contextmanager
    def _reading(self) -> Iterator[SpanReader]:
        consumer = open_reader(reader_config(self.settings))
        try:
            yield SpanReader(consumer, self.settings, self.topic, self.judge, self.most)
        finally:
            consumer.close()
