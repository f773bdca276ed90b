"""A producer that has the stream's redrives to itself, and what it found recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Message

from waybill_common.errors import DeadLettersRefused, TopicRefused
from waybill_common.kafka import (
    Handover,
    TransactionLost,
    Writer,
    begin_producing,
    describe_topic,
    discard,
    redrives_plan,
    require_topic,
    topic_state,
    transaction,
    transactional_config,
    transactional_producer,
)
from waybill_common.settings import Settings, StreamSettings
from waybill_ops.dead_letters import RecordCoordinates, RedriveStatus, Successor, read_statuses
from waybill_ops.redrive.change import Change, RedriveDeadLetter, ReopenDeadLetter, WaiveDeadLetter

ROLE = "redrive"


@dataclass
class Landed:
    """Where the brokers put a transaction's records, by dead letter; ``acknowledged`` counts all of them."""

    at: dict[RecordCoordinates, Successor] = field(default_factory=dict)
    acknowledged: int = 0
    failed: dict[RecordCoordinates, KafkaError] = field(default_factory=dict)

    def note(self, coordinates: RecordCoordinates, error: KafkaError | None, message: Message) -> None:
        """Touches nothing of ``error``: after a fatal one any call into it would raise here."""
        if error is not None:
            self.failed[coordinates] = error
            return
        self.acknowledged += 1
        partition, offset = message.partition(), message.offset()
        if partition is not None and offset is not None and offset >= 0:
            self.at[coordinates] = Successor(partition=partition, offset=offset)

    def require(self, count: int) -> None:
        if self.acknowledged != count:
            first = next((f": {error.str()}" for error in self.failed.values()), "")
            raise TransactionLost(f"{self.acknowledged} of {count} records were acknowledged{first}")


@dataclass(frozen=True)
class KafkaSession:
    """``topic_id`` is the events' topic's; ``run`` this command's random id."""

    producer: Writer
    settings: Settings
    topic_id: str
    run: str
    statuses: Mapping[RecordCoordinates, RedriveStatus]

    def commit(self, number: int, chunk: tuple[Change, ...]) -> None:
        """Successors first: where they landed is part of what is recorded of their dead letters."""
        kafka, stream = self.settings.kafka, self.settings.stream
        with transaction(self.producer, kafka.timeout, ROLE):
            handover = Handover(self.producer, kafka.timeout)
            successors = self._send(handover, [one for one in chunk if isinstance(one, RedriveDeadLetter)])
            recorded = Landed()
            for change in chunk:
                record, key = self._record(change, number, successors), str(change.coordinates).encode()
                report = partial(recorded.note, change.coordinates)
                handover.produce(stream.redrives_topic, record, key, report=report)
            handover.settle()
            recorded.require(len(chunk))

    def close(self) -> None:
        discard(self.producer)

    def _send(
        self, handover: Handover, redrives: Sequence[RedriveDeadLetter]
    ) -> Mapping[RecordCoordinates, Successor]:
        """Where the brokers put each dead letter's record."""
        sent = Landed()
        try:
            for one in redrives:
                report = partial(sent.note, one.coordinates)
                headers = [(name.decode(), value) for name, value in one.headers]
                handover.produce(self.settings.stream.topic, one.value, one.key, headers, report)
        except (TransactionLost, KafkaException):
            # The transaction may be over because one was refused: its report tells why.
            handover.settle()
            self._check_sizes(sent, redrives)
            raise
        handover.settle()
        self._check_sizes(sent, redrives)
        sent.require(len(redrives))
        if len(sent.at) != len(redrives):
            raise TransactionLost(
                f"the brokers told the offsets of {len(sent.at)} of {len(redrives)} records"
            )
        return sent.at

    def _check_sizes(self, sent: Landed, redrives: Sequence[RedriveDeadLetter]) -> None:
        """Raises ``DeadLettersRefused`` for a value that the topic does not take: trying again would change nothing."""
        for redrive in redrives:
            error = sent.failed.get(redrive.coordinates)
            if error is not None and error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
                topic = self.settings.stream.topic
                raise DeadLettersRefused(
                    f"The value of {len(redrive.value or b'')} bytes for the dead letter {redrive.coordinates} is "
                    f"larger than {topic} takes.",
                    allowed=f"records up to max.message.bytes of {topic}, headers included.",
                    remedy=f"raise max.message.bytes of {topic}, patch the dead letter to something smaller, or waive "
                    "it; what was sent before it is recorded.",
                )

    def _record(self, change: Change, number: int, at: Mapping[RecordCoordinates, Successor]) -> bytes | None:
        if isinstance(change, ReopenDeadLetter):
            return None
        waived = isinstance(change, WaiveDeadLetter)
        return RedriveStatus(
            stream=self.settings.stream.name,
            topic=change.coordinates.topic,
            topic_id=self.topic_id,
            partition=change.coordinates.partition,
            offset=change.coordinates.offset,
            state="waived" if waived else "redriven",
            at=datetime.now(UTC),
            run=self.run,
            chunk=number,
            successor=at.get(change.coordinates),
            patch_sha256=change.patch_sha256 if isinstance(change, RedriveDeadLetter) else None,
            reason=change.reason if isinstance(change, WaiveDeadLetter) else None,
        ).encode()


def transactional_id(stream: StreamSettings) -> str:
    """The same for every redrive of the stream, so that a newer one fences an older one. No setting."""
    return f"waybill-{stream.name}-{stream.topic}-redrive"


def open_session(settings: Settings, topic_id: str, run: str) -> KafkaSession:
    """Connect, fence older redrives, and learn what is recorded.

    ``topic_id`` is the ledger's. Raises ``SettingsRefused``, ``TopicRefused``, ``KafkaUnavailable``,
    ``ProducerFenced`` and ``DeadLettersRefused``.
    """
    if not settings.stream.is_filled:
        raise TopicRefused(
            f"Topic {settings.stream.topic} is filled by somebody else: nothing is sent to it, nor recorded beside it.",
            allowed="redrives and waivers of a stream that a source of Waybill's fills.",
            remedy="export the dead letters, and have what is to be kept produced by who fills the topic.",
        )
    found = topic_state(settings.kafka, settings.stream.topic).id
    if found != topic_id:
        raise TopicRefused(
            f"Topic {settings.stream.topic} has id {found}, the ledger knows {topic_id}: it was deleted and recreated.",
            allowed="the topic that the dead letters came from.",
            remedy="export the dead letters, and produce what is to be kept to the new topic by other means.",
        )
    events = describe_topic(settings.kafka, settings.stream.topic)
    config = transactional_config(
        settings.kafka,
        transactional_id(settings.stream),
        "waybill-redrive",
        events.max_message_bytes if events is not None else None,
    )
    producer = transactional_producer(settings.kafka, config)
    require_topic(settings.kafka, redrives_plan(settings.kafka, settings.stream))
    begin_producing(producer, settings.kafka, ROLE)
    return KafkaSession(producer, settings, topic_id, run, read_statuses(settings, topic_id))
