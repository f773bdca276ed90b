"""A dead letter: a record that broke the contract, with its raw bytes and its coordinates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from waybill_common.kafka import Headers

_COORDINATES = re.compile(r"(.+)/(0|[1-9][0-9]{0,9})/(0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, order=True)
class RecordCoordinates:
    """A record's coordinates in Kafka, spelled ``shop.orders/0/117``."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


class DeadLetterState(StrEnum):
    """What became of a dead letter; one of which nothing is recorded is open."""

    OPEN = "open"
    REDRIVEN = "redriven"
    WAIVED = "waived"


@dataclass(frozen=True)
class KeptDeadLetter:
    """``timestamp`` is the record's own, in milliseconds since 1970: any that 64 bits hold, None where Kafka has none.
    ``object`` is the key of the object that holds the dead letter."""

    coordinates: RecordCoordinates
    timestamp: int | None
    key: bytes | None
    value: bytes | None
    headers: Headers
    reason: str
    detail: str
    object: str


def parse_coordinates(text: str) -> RecordCoordinates | None:
    """The coordinates in ``shop.orders/0/117``, None where there are none."""
    match = _COORDINATES.fullmatch(text)
    return RecordCoordinates(match[1], int(match[2]), int(match[3])) if match else None
