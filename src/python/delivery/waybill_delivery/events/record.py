"""The data that a task's steps hand to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa
from confluent_kafka import Message

from waybill_common.contract import SchemaId
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
    reason: str
    detail: str


@dataclass(frozen=True)
class Block:
    """Some records of one split, judged: good ones as rows in offset order, the others as dead letters, but for those
    that the contract does not ask for.

    ``raw_bytes`` has the length of key and value of each row's record. ``skipped`` are the offsets that were not asked
    for, ``skipped_bytes`` their keys and values.
    """

    rows: pa.Table
    raw_bytes: pa.Array
    dead: tuple[DeadLetter, ...]
    skipped: tuple[int, ...] = ()
    skipped_bytes: int = 0


class BlockDecoder(Protocol):
    """Decodes blocks of one contract and lake format."""

    def decode(self, partition: int, messages: Sequence[Message]) -> Block:
        """``messages`` in offset order, none an error; the block's rows and dead letters keep that order."""


@runtime_checkable
class AskingDecoder(BlockDecoder, Protocol):
    """One that can't know each record's schema before the commit has bound it."""

    def asked(self, partition: int) -> tuple[SchemaId, ...]:
        """The ids that have to be bound before anything of the partition's split is stored."""


def record_of(message: Message, timestamp: int) -> Record:
    """Only dead letters are copied like this: it costs more than decoding a record."""
    offset: Any = message.offset()
    return Record(offset, timestamp, message.key(), message.value(), headers_of(message))
