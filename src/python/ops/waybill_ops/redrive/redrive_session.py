"""A producer that has the stream's redrives to itself, and what it found recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Message

from waybill_common.errors import DeadLettersRefused
from waybill_common.kafka import (
    Handover,
    TransactionLost,
    Writer,
    await_readable,
    discard,
    redrives_plan,
    require_topic,
    transaction,
    transactional_config,
    transactional_producer,
)
from waybill_common.settings import Settings
from waybill_ops.dead_letters import (
    DeadLetterFinder,
    LetterKey,
    RecordCoordinates,
    RedriveStatus,
    Statuses,
    Successor,
    read_recorded,
)
from waybill_ops.redrive.change import Change, RedriveDeadLetter, ReopenDeadLetter, WaiveDeadLetter
from waybill_ops.redrive.session_way import SessionWay
from waybill_ops.redrive.takeover import CLIENT, ROLE, take_over, tell_of_source, transactional_id


@dataclass
class Landed:
    """Where the brokers put a transaction's records, by dead letter: partition and offset. ``acknowledged`` counts all
    of them."""

    at: dict[RecordCoordinates, tuple[int, int]] = field(default_factory=dict)
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
            self.at[coordinates] = partition, offset

    def require(self, count: int) -> None:
        if self.acknowledged != count:
            first = next((f": {error.str()}" for error in self.failed.values()), "")
            raise TransactionLost(f"{self.acknowledged} of {count} records were acknowledged{first}")


@dataclass(frozen=True)
class KafkaSession:
    """``way`` is where it sends and records, ``topic_id`` that of the letters' topic, ``run`` this command's random id.
    Of ``under_old_keys`` a record of format 1 counts, of ``from_before`` one in ``way.recorded_before``."""

    producer: Writer
    settings: Settings
    way: SessionWay
    topic_id: str
    run: str
    statuses: Statuses
    under_old_keys: frozenset[RecordCoordinates] = frozenset()
    from_before: frozenset[RecordCoordinates] = frozenset()

    def commit(self, number: int, chunk: tuple[Change, ...]) -> None:
        """Successors first: where they landed is part of what is recorded of their dead letters."""
        kafka = self.settings.kafka
        with transaction(self.producer, kafka.timeout, ROLE):
            handover = Handover(self.producer, kafka.timeout)
            redrives = [one for one in chunk if isinstance(one, RedriveDeadLetter)]
            successors = self._send(handover, redrives)
            landed, count = Landed(), 0
            for change in chunk:
                report = partial(landed.note, change.coordinates)
                for topic, key, record in self._records(change, number, successors):
                    handover.produce(topic, record, key, report=report)
                    count += 1
            handover.settle()
            landed.require(count)
            if redrives:
                self.way.check_still_there(kafka)

    def await_readable(self) -> None:
        if self.way.sent_to_id:
            await_readable(self.settings.kafka, self.way.sent_to)

    def close(self) -> None:
        discard(self.producer)

    def _send(
        self, handover: Handover, redrives: Sequence[RedriveDeadLetter]
    ) -> Mapping[RecordCoordinates, tuple[int, int]]:
        """Where the brokers put each dead letter's record."""
        sent = Landed()
        try:
            for one in redrives:
                report = partial(sent.note, one.coordinates)
                headers = [(name.decode(), value) for name, value in one.headers]
                handover.produce(self.way.sent_to, one.value, one.key, headers, report)
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
                topic = self.way.sent_to
                raise DeadLettersRefused(
                    f"The value of {len(redrive.value or b'')} bytes for the dead letter {redrive.coordinates} is "
                    f"larger than {topic} takes.",
                    allowed=f"records up to max.message.bytes of {topic}, headers included.",
                    remedy=f"raise max.message.bytes of {topic}, patch the dead letter to something smaller, or waive "
                    "it; what was sent before it is recorded.",
                )

    def _records(
        self, change: Change, number: int, at: Mapping[RecordCoordinates, tuple[int, int]]
    ) -> Iterator[tuple[str, bytes, bytes | None]]:
        """By topic. Also null for a record of format 1, or of before, which would else count on."""
        letter = LetterKey(self.settings.stream.name, self.topic_id, change.coordinates)
        is_open = isinstance(change, ReopenDeadLetter)
        status, way = None if is_open else self._status(change, number, at).encode(), self.way
        yield way.recorded_in, str(letter).encode(), status
        if change.coordinates in self.under_old_keys:
            yield way.recorded_in, str(change.coordinates).encode(), None
        if way.recorded_before is not None and change.coordinates in self.from_before:
            yield way.recorded_before, str(letter).encode(), None

    def _status(
        self, change: Change, number: int, at: Mapping[RecordCoordinates, tuple[int, int]]
    ) -> RedriveStatus:
        waived, landed = isinstance(change, WaiveDeadLetter), at.get(change.coordinates)
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
            successor=landed and self._successor(*landed),
            patch_sha256=change.patch_sha256 if isinstance(change, RedriveDeadLetter) else None,
            reason=change.reason if isinstance(change, WaiveDeadLetter) else None,
        )

    def _successor(self, partition: int, offset: int) -> Successor:
        return Successor(
            topic=self.way.sent_to, topic_id=self.way.sent_to_id, partition=partition, offset=offset
        )


def open_session(
    settings: Settings,
    letters: DeadLetterFinder,
    run: str,
    find_way: Callable[[Settings, DeadLetterFinder], SessionWay],
) -> KafkaSession:
    """Connect, fence older redrives, and learn what is recorded.

    Raises ``SettingsRefused``, ``TopicRefused``, ``KafkaUnavailable``, ``KafkaRefused``, ``ProducerFenced`` and
    ``DeadLettersRefused``.
    """
    way = find_way(settings, letters)
    config = transactional_config(
        settings.kafka, transactional_id(way.recorded_in), CLIENT, way.largest_record
    )
    producer = transactional_producer(settings.kafka, config)
    require_topic(settings.kafka, redrives_plan(settings.kafka, way.recorded_in))
    if way.recorded_before is not None:
        tell_of_source(settings.kafka, way.recorded_before, way.recorded_in)
    take_over(settings.kafka, way.recorded_in, way.old_ids, producer)
    recorded = read_recorded(settings, letters.topics)
    way.check_named(recorded.sent_to)
    topic_id = letters.topics[letters.topic]
    return KafkaSession(
        producer,
        settings,
        way,
        topic_id,
        run,
        recorded.statuses,
        recorded.under_old_keys,
        recorded.from_before,
    )
