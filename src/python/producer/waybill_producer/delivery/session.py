"""A producer that has the stream to itself, and where it found the stream."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace

import structlog

from waybill_common.errors import CursorRefused
from waybill_common.errors import DeliveryFailed
from waybill_common.kafka.clients import Writer
from waybill_common.kafka.transaction import TransactionLost
from waybill_common.kafka.transaction import begin_producing
from waybill_common.kafka.transaction import discard
from waybill_common.settings import Settings
from waybill_producer.cursor.decide import Position
from waybill_producer.cursor.decide import Refusal
from waybill_producer.cursor.decide import TopicState
from waybill_producer.cursor.decide import find_position
from waybill_producer.cursor.decide import refuse_page
from waybill_producer.cursor.model import Cursor
from waybill_producer.cursor.read import read_cursors
from waybill_producer.cursor.read import topic_state
from waybill_producer.delivery.batch import Batch
from waybill_producer.delivery.config import make_producer
from waybill_producer.delivery.config import prepare_topics
from waybill_producer.delivery.transaction import publish_to_kafka
from waybill_producer.source.query import Query

ATTEMPTS = 3
"""Transactions in a row that may be lost before the run fails."""

_PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class Session:
    """Older producers are fenced, and ``position`` was read after that: nobody else can move it."""

    producer: Writer
    topic: TopicState
    cursors: dict[str, Cursor]
    position: Position

    def after(self, batch: Batch) -> Session:
        """The session once ``batch`` is committed."""
        cursor = batch.cursor
        position = Position(cursor.page + 1, cursor.fingerprint, cursor.events, cursor.dead_letters)
        return replace(self, cursors={**self.cursors, cursor.key: cursor}, position=position)


@dataclass(frozen=True)
class Published:
    """What became of a batch, and the session to go on with.

    Not committed: the page has to be fetched again, which without a seed brings other users. The lost ones were never
    visible to anybody.
    """

    session: Session
    committed: bool


def open_session(settings: Settings, query: Query) -> Session:
    """Connect, fence older producers, and learn where the stream stands.

    Raises ``SettingsRefused``, ``TopicRefused``, ``KafkaUnavailable``, ``KafkaRefused``, ``ProducerFenced`` or
    ``CursorRefused``.
    """
    producer = make_producer(settings.kafka, settings.stream)
    topic = prepare_topics(settings)
    begin_producing(producer, settings.kafka)
    cursors = read_cursors(settings.kafka, settings.stream.cursor_topic)
    state = topic_state(settings.kafka, topic)
    found = find_position(query, state, cursors)
    if isinstance(found, Refusal):
        raise _refused(found)
    structlog.get_logger().info(
        "position", topic=topic.name, topic_id=topic.id, seed=query.seed, page=found.page
    )
    return Session(producer, state, cursors, found)


def admit_page(session: Session, query: Query) -> None:
    """Raises ``CursorRefused`` where the session's next page may not be asked for."""
    refusal = refuse_page(query, session.position.page, session.topic, session.cursors)
    if refusal is not None:
        raise _refused(refusal)


class Delivery:
    """Publishes batches; replaces a producer that lost a transaction, and asks Kafka what became of it."""

    def __init__(self, reopen: Callable[[], Session]) -> None:
        self._reopen = reopen
        self._lost = 0

    def publish(self, session: Session, batch: Batch, timeout: float) -> Published:
        """``timeout`` in seconds. Raises ``DeliveryFailed`` after ``ATTEMPTS`` losses in a row, ``ProducerFenced``,
        ``KafkaRefused``, and whatever opening a session raises."""
        try:
            publish_to_kafka(session.producer, batch, timeout)
        except TransactionLost as error:
            self._lost += 1
            structlog.get_logger().warning(
                "transaction lost", page=batch.page, why=str(error), losses=self._lost
            )
            discard(session.producer)
            if self._lost >= ATTEMPTS:
                raise DeliveryFailed(
                    f"Page {batch.page} could not be published in {ATTEMPTS} transactions; the last: {error}.",
                    allowed="a transaction whose records and commit the brokers acknowledge within kafka.timeout.",
                    remedy="check the brokers and the topic's limits; run again: it goes on after the last "
                    "committed page.",
                ) from error
            time.sleep(_PAUSE_SECONDS)
            reopened = self._reopen()
            committed = reopened.position.page > batch.page
        else:
            reopened, committed = session.after(batch), True
        if committed:
            self._lost = 0
        return Published(reopened, committed)


def close_session(session: Session) -> None:
    """Free the producer. No transaction is open here, or it is lost."""
    discard(session.producer)


def _refused(refusal: Refusal) -> CursorRefused:
    return CursorRefused(refusal.found, allowed=refusal.allowed, remedy=refusal.remedy)
