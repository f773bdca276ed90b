"""Letters, and a Kafka that is two lists: what a redrive's transactions leave, whatever happens to the redrive."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum

from sample_events import fields

from waybill_common.errors import ProducerFenced
from waybill_common.kafka.transactional import TransactionLost
from waybill_ops.dead_letters.dead_letter import KeptDeadLetter, RecordCoordinates
from waybill_ops.dead_letters.redrive_status import OldRedriveStatus, OldSuccessor, RedriveStatus, Successor
from waybill_ops.redrive.change import Change, RedriveDeadLetter, ReopenDeadLetter, WaiveDeadLetter

TOPIC = "names_topic"
MIDNIGHT = int(datetime(2026, 11, 22, tzinfo=UTC).timestamp()) * 1000


def value(**changes: object) -> bytes:
    return json.dumps(fields(**changes)).encode()


def letter(offset: int = 0, partition: int = 0, **changes: object) -> KeptDeadLetter:
    """One with its latitude as text."""
    found = KeptDeadLetter(
        coordinates=RecordCoordinates(TOPIC, partition, offset),
        timestamp=MIDNIGHT + offset % 24 * 3_600_000,
        key=b"key",
        value=value(latitude="7.1351"),
        headers=((b"h", b"\xff"),),
        reason="wrong_type",
        detail="latitude: wrong_type",
        object="dead_letters/x.parquet",
    )
    return KeptDeadLetter(**{**found.__dict__, **changes})


def status(coordinates: RecordCoordinates, **changes: object) -> RedriveStatus:
    fields = _said_of(coordinates)
    at = Successor(topic=TOPIC, topic_id="id", partition=0, offset=1000 + coordinates.offset)
    return RedriveStatus.model_validate({**fields, "successor": at, **changes})


def old_status(coordinates: RecordCoordinates, **changes: object) -> OldRedriveStatus:
    """As 0.1.0 wrote it."""
    at = OldSuccessor(partition=0, offset=1000 + coordinates.offset)
    return OldRedriveStatus.model_validate({**_said_of(coordinates), "successor": at, **changes})


def _said_of(coordinates: RecordCoordinates) -> dict[str, object]:
    return {
        "stream": "names",
        "topic": coordinates.topic,
        "topic_id": "id",
        "partition": coordinates.partition,
        "offset": coordinates.offset,
        "state": "redriven",
        "at": datetime(2026, 11, 22, tzinfo=UTC),
        "run": "0" * 32,
        "chunk": 1,
        "patch_sha256": None,
        "reason": None,
    }


class Killed(BaseException):
    """SIGKILL: nothing of the redrive runs on."""


class Fault(Enum):
    """What happens to a transaction."""

    NONE = "none"
    KILLED_INSIDE = "killed before the commit"
    KILLED_AFTER = "killed after the commit"
    LOST = "lost"
    LOST_THOUGH_COMMITTED = "committed, but the reply was lost"
    RIVAL_FIRST = "another redrive starts before the commit, and runs"
    RIVAL_AFTER = "another redrive starts after the commit, and runs"


@dataclass
class Kafka:
    """``epoch`` is that of the newest redrive; older ones are fenced."""

    faults: Iterator[Fault]
    rival: Callable[[], None] | None = None
    epoch: int = 0
    sent: list[RecordCoordinates] = field(default_factory=list)
    statuses: dict[RecordCoordinates, RedriveStatus] = field(default_factory=dict)

    def open(self) -> FakeSession:
        self.epoch += 1
        return FakeSession(self, self.epoch, dict(self.statuses))

    def apply(self, chunk: tuple[Change, ...]) -> None:
        for change in chunk:
            match change:
                case RedriveDeadLetter(coordinates):
                    self.sent.append(coordinates)
                    self.statuses[coordinates] = status(coordinates)
                case WaiveDeadLetter(coordinates, reason):
                    self.statuses[coordinates] = status(
                        coordinates, state="waived", successor=None, reason=reason
                    )
                case ReopenDeadLetter(coordinates):
                    del self.statuses[coordinates]


@dataclass(frozen=True)
class FakeSession:
    kafka: Kafka
    epoch: int
    statuses: Mapping[RecordCoordinates, RedriveStatus]

    def commit(self, number: int, chunk: tuple[Change, ...]) -> None:
        fault = next(self.kafka.faults, Fault.NONE)
        if fault is Fault.RIVAL_FIRST and self.kafka.rival:
            self.kafka.rival()
        if self.epoch != self.kafka.epoch:
            raise ProducerFenced("fenced", allowed="", remedy="")
        if fault is Fault.KILLED_INSIDE:
            raise Killed
        if fault is Fault.LOST:
            raise TransactionLost("lost")
        self.kafka.apply(chunk)
        if fault is Fault.KILLED_AFTER:
            raise Killed
        if fault is Fault.LOST_THOUGH_COMMITTED:
            raise TransactionLost("no reply")
        if fault is Fault.RIVAL_AFTER and self.kafka.rival:
            self.kafka.rival()

    def await_readable(self) -> None:
        """Nothing is hidden here."""

    def close(self) -> None:
        """Nothing to free."""
