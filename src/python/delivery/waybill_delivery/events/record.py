"""The data that a task's steps hand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from confluent_kafka import Message

from waybill_common.contract import Reason
from waybill_common.kafka import Headers, headers_of


@dataclass(frozen=True, slots=True)
class Record:
    """One Kafka record as a dead letter keeps it. ``timestamp`` is Kafka's, in milliseconds; -1 is none."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that broke the contract, and why."""

    record: Record
    reason: Reason
    detail: str


@dataclass(frozen=True)
class Block:
    """Some records of one split, judged: good ones as rows in offset order, the others as dead letters.

    ``raw_bytes`` has the length of key and value of each row's record.
    """

    rows: pa.Table
    raw_bytes: pa.Array
    dead: tuple[DeadLetter, ...]


def record_of(message: Message, timestamp: int) -> Record:
    """Only dead letters are copied like this: it costs more than decoding a record."""
    offset: Any = message.offset()
    return Record(offset, timestamp, message.key(), message.value(), headers_of(message))
