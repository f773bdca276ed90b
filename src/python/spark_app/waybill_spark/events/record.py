"""What travels between the steps of a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from confluent_kafka import Message

from waybill_common.contract import Reason


@dataclass(frozen=True, slots=True)
class Record:
    """One Kafka record as a dead letter keeps it. ``timestamp`` is the broker's, in milliseconds since the epoch."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that broke the contract, and why."""

    record: Record
    reason: Reason
    detail: str


@dataclass(frozen=True)
class Block:
    """Some records of one split, judged: good ones as rows in offset order, the others as dead letters."""

    rows: pa.Table
    dead: tuple[DeadLetter, ...]


def record_of(message: Message) -> Record:
    """Good records are never taken apart like this: it costs more than decoding one."""
    offset: Any = message.offset()
    headers: Any = message.headers() or ()
    return Record(offset, message.timestamp()[1], message.key(), message.value(), tuple(headers))
