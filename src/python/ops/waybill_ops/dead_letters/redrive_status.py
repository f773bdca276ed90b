"""What became of a dead letter, as records say it. A dead letter without a record is open.

Format 1 is 0.1.0's. Its key has no topic id, so that a topic that was made again overwrote it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from waybill_common.contract import UtcMicros
from waybill_common.ledger import Offset, Partition, Sha256
from waybill_ops.dead_letters.dead_letter import DeadLetterState, RecordCoordinates


class StatusModel(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class OldSuccessor(StatusModel):
    """Where the dead letter's record stands anew, in the same topic."""

    partition: Partition
    offset: Offset


class Successor(StatusModel):
    """Where the dead letter's record stands anew."""

    topic: str
    topic_id: str
    partition: Partition
    offset: Offset


@dataclass(frozen=True)
class LetterKey:
    """A dead letter among those of all streams and topics, spelled ``orders/<topic id>/shop.orders/0/117``."""

    stream: str
    topic_id: str
    coordinates: RecordCoordinates

    def __str__(self) -> str:
        return f"{self.stream}/{self.topic_id}/{self.coordinates}"


class _Status(StatusModel):
    """``run`` is the random id of one command, ``chunk`` the number of its transaction.

    ``topic_id`` is Kafka's id of the letter's topic: in a topic that was made again, coordinates mean other records.
    """

    format: int
    stream: str
    topic: str
    topic_id: str
    partition: Partition
    offset: Offset
    state: Literal["redriven", "waived"]
    at: Annotated[datetime, UtcMicros]
    run: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    chunk: Annotated[int, Field(ge=1, le=2**63 - 1)]
    successor: StatusModel | None
    patch_sha256: Sha256 | None
    reason: str | None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.state == "redriven") != (self.successor is not None):
            raise ValueError("a redriven dead letter has a successor, no other one has")
        if (self.state == "waived") != (self.reason is not None):
            raise ValueError("a waived dead letter has a reason, no other one has")
        return self

    @property
    def coordinates(self) -> RecordCoordinates:
        return RecordCoordinates(self.topic, self.partition, self.offset)

    @property
    def letter(self) -> LetterKey:
        return LetterKey(self.stream, self.topic_id, self.coordinates)

    @property
    def key(self) -> bytes:
        """Under which it is recorded."""
        return str(self.letter).encode()

    def encode(self) -> bytes:
        return self.model_dump_json().encode()


class RedriveStatus(_Status):
    format: Literal[2] = 2
    successor: Successor | None


class OldRedriveStatus(_Status):
    format: Literal[1] = 1
    successor: OldSuccessor | None

    @property
    def key(self) -> bytes:
        return str(self.coordinates).encode()


AnyStatus = RedriveStatus | OldRedriveStatus


def state_of(status: AnyStatus | None) -> DeadLetterState:
    return DeadLetterState.OPEN if status is None else DeadLetterState(status.state)
