"""What became of a dead letter. Topic ``<topic>.redrives``, one partition, compacted; the key names the dead letter.

A dead letter without a record is open; a tombstone opens it again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from waybill_common.contract import UtcMicros
from waybill_common.errors import DeadLettersRefused
from waybill_common.kafka import describe_topic, settled_records
from waybill_common.ledger import Offset, Partition, Sha256, load_json
from waybill_common.settings import Settings
from waybill_ops.dead_letters.dead_letter import DeadLetterState, RecordCoordinates, parse_coordinates


class StatusModel(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Successor(StatusModel):
    """Where the dead letter's record stands anew, in the same topic."""

    partition: Partition
    offset: Offset


class RedriveStatus(StatusModel):
    """``run`` is the random id of one command, ``chunk`` the number of its transaction.

    ``topic_id`` is Kafka's id of the events' topic: in a topic that was made again, coordinates mean other records.
    """

    format: Literal[1] = 1
    stream: str
    topic: str
    topic_id: str
    partition: Partition
    offset: Offset
    state: Literal["redriven", "waived"]
    at: Annotated[datetime, UtcMicros]
    run: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    chunk: Annotated[int, Field(ge=1, le=2**63 - 1)]
    successor: Successor | None
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

    def encode(self) -> bytes:
        return self.model_dump_json().encode()


def state_of(status: RedriveStatus | None) -> DeadLetterState:
    return DeadLetterState.OPEN if status is None else DeadLetterState(status.state)


def read_statuses(settings: Settings, topic_id: str | None) -> dict[RecordCoordinates, RedriveStatus]:
    """Every dead letter's status; none where no redrive ever created the topic. Creates nothing.

    Raises ``KafkaUnavailable`` or ``DeadLettersRefused``.
    """
    topic = settings.stream.redrives_topic
    if describe_topic(settings.kafka, topic) is None:
        return {}
    statuses: dict[RecordCoordinates, RedriveStatus] = {}
    for message in settled_records(settings.kafka, topic):
        at = f"{topic}-0 offset {message.offset()}"
        take_record(statuses, message.key(), message.value(), topic_id, at)
    return statuses


def take_record(
    statuses: dict[RecordCoordinates, RedriveStatus],
    key: bytes | None,
    value: bytes | None,
    topic_id: str | None,
    at: str,
) -> None:
    """Take one more record into ``statuses``, unless it is of a topic with another id: those are other dead letters."""
    coordinates = parse_coordinates((key or b"").decode(errors="replace"))
    if value is None:
        if coordinates is not None:
            statuses.pop(coordinates, None)
        return
    try:
        fields = load_json(value)
        if not isinstance(fields, dict) or type(fields.get("format")) is not int:
            raise _unreadable(at, "it has no format")  # pydantic takes true and 1.0 for 1
        status = RedriveStatus.model_validate_json(value)
    except ValidationError as error:
        raise _unreadable(at, str(error.errors(include_url=False)[0]["msg"])) from error
    except ValueError as error:
        raise _unreadable(at, str(error)[:300]) from error
    if status.coordinates != coordinates:
        raise _unreadable(at, f"its key {key!r:.200} is not its dead letter {status.coordinates!s:.300}")
    if status.topic_id == topic_id:
        statuses[coordinates] = status


def _unreadable(at: str, why: str) -> DeadLettersRefused:
    return DeadLettersRefused(
        f"The record at {at} is no redrive status that this release reads: {why}.",
        allowed="records written by waybill, format 1.",
        remedy="run the release that wrote it, or see who else writes to that topic.",
    )
