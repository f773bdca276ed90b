"""What travels between the steps of a task."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from waybill_common.contract import Reason


@dataclass(frozen=True, slots=True)
class Record:
    """One Kafka record. ``timestamp`` is milliseconds since the epoch, as the broker gives it."""

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
