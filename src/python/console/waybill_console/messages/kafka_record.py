"""One record as the console keeps it: cut to a size that a page can hold."""

from __future__ import annotations

from dataclasses import dataclass

from confluent_kafka import TIMESTAMP_CREATE_TIME, TIMESTAMP_LOG_APPEND_TIME, Message

from waybill_common.kafka import headers_of
from waybill_console.messages.decoding import Decoded, Judge
from waybill_contracts.judging import KafkaInput

LISTED = 4 * 1024
"""Bytes of a value in a list of records."""

ALONE = 64 * 1024
"""Bytes of a value on its own page."""

_MOST_HEADERS = 100
_KINDS = {TIMESTAMP_CREATE_TIME: "producer", TIMESTAMP_LOG_APPEND_TIME: "broker"}


@dataclass(frozen=True)
class CutBytes:
    """The beginning of some bytes, and how many there are."""

    head: bytes
    size: int

    @property
    def is_whole(self) -> bool:
        return len(self.head) == self.size


@dataclass(frozen=True)
class ShownRecord:
    """``timestamp`` is Kafka's milliseconds, None where it has none; ``stamped_by`` producer or broker.

    ``more_headers`` counts those that are left out. ``decoded`` is what the stream's contract makes of it: None for a
    record of a topic that no stream reads.
    """

    partition: int
    offset: int
    timestamp: int | None
    stamped_by: str
    key: CutBytes | None
    value: CutBytes | None
    headers: tuple[tuple[CutBytes, CutBytes | None], ...]
    more_headers: int
    decoded: Decoded | None = None


def cut(raw: bytes | None, most: int) -> CutBytes | None:
    return None if raw is None else CutBytes(bytes(raw[:most]), len(raw))


def record_of(message: Message, most: int, judge: Judge | None) -> ShownRecord:
    kind, millis = message.timestamp()
    has_time = kind in _KINDS and millis != -1
    key, value, headers = as_bytes(message.key()), as_bytes(message.value()), headers_of(message)
    given = KafkaInput(value, key, headers, millis if has_time else -1)
    return ShownRecord(
        partition=int(message.partition() or 0),
        offset=int(message.offset() or 0),
        timestamp=millis if has_time else None,
        stamped_by=_KINDS.get(kind, ""),
        key=cut(key, most),
        value=cut(value, most),
        headers=tuple(
            (CutBytes(name[:200], len(name)), cut(value, 400)) for name, value in headers[:_MOST_HEADERS]
        ),
        more_headers=max(0, len(headers) - _MOST_HEADERS),
        decoded=None if judge is None else judge(given).cut(most),
    )


def as_bytes(part: str | bytes | None) -> bytes | None:
    """librdkafka hands out bytes; its types allow a text."""
    return part.encode() if isinstance(part, str) else part
