"""A producer that has the stream to itself, and where it found the stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from waybill_common.errors import CursorRefused
from waybill_common.kafka import (
    BATCH_BYTES,
    LostTransactions,
    TransactionLost,
    Writer,
    begin_producing,
    discard,
)
from waybill_common.settings import Settings
from waybill_producer.cursor import (
    Cursor,
    CursorTopicState,
    PagePosition,
    PageRefusal,
    find_position,
    read_cursors,
    refuse_page,
    topic_state,
)
from waybill_producer.publishing.batch import Batch
from waybill_producer.publishing.batch_transaction import RecordsTooLarge, publish_to_kafka
from waybill_producer.publishing.fit import too_large, without
from waybill_producer.publishing.producer_config import make_producer, prepare_topics
from waybill_producer.source import PageQuery


@dataclass(frozen=True)
class PublishingSession:
    """Older producers are fenced, and ``position`` was read after that: nobody else can move it.

    ``limits`` has ``max.message.bytes`` of each topic by its name; ``alone``: every record has a batch of its own.
    """

    producer: Writer
    topic: CursorTopicState
    cursors: dict[str, Cursor]
    position: PagePosition
    limits: Mapping[str, int]
    alone: bool = False

    def after(self, batch: Batch) -> PublishingSession:
        """The session once ``batch`` is committed."""
        cursor = batch.cursor
        position = PagePosition(cursor.page + 1, cursor.fingerprint, cursor.events, cursor.dead_letters)
        return replace(self, cursors={**self.cursors, cursor.key: cursor}, position=position)


@dataclass(frozen=True)
class Published:
    """The session to go on with, and what was committed: the batch, or what its topics had room for.

    None: the page has to be fetched again, which without a seed brings other users. The lost ones were never visible
    to anybody.
    """

    session: PublishingSession
    committed: Batch | None


def open_session(settings: Settings, query: PageQuery, *, alone: bool = False) -> PublishingSession:
    """Connect, fence older producers, and learn where the stream stands. With ``alone``, every record has a batch of
    its own: slow, and exact about which one is too large.

    Raises ``SettingsRefused``, ``TopicRefused``, ``KafkaUnavailable``, ``KafkaRefused``, ``ProducerFenced`` or
    ``CursorRefused``.
    """
    # Refuses a wrong property before anybody is asked.
    producer = make_producer(settings.kafka, settings.stream)
    topics = prepare_topics(settings)
    topic, smallest = topics.events, min(topics.limits.values())
    if alone or smallest < BATCH_BYTES:
        producer = make_producer(settings.kafka, settings.stream, smallest, alone=alone)
    begin_producing(producer, settings.kafka)
    cursors = read_cursors(settings.kafka, settings.stream.cursor_topic)
    state = topic_state(settings.kafka, topic)
    found = find_position(query, state, cursors)
    if isinstance(found, PageRefusal):
        raise _refused(found)
    structlog.get_logger().info(
        "position", topic=topic.name, topic_id=topic.id, seed=query.seed, page=found.page
    )
    return PublishingSession(producer, state, cursors, found, topics.limits, alone)


def admit_page(session: PublishingSession, query: PageQuery) -> None:
    """Raises ``CursorRefused`` where the session's next page may not be asked for."""
    refusal = refuse_page(query, session.position.page, session.topic, session.cursors)
    if refusal is not None:
        raise _refused(refusal)


class ReopenProducer(Protocol):
    """Opens a session anew: ``open_session`` with the run's settings."""

    def __call__(self, *, alone: bool = False) -> PublishingSession: ...


class Publisher:
    """Publishes batches; replaces a producer that lost a transaction, and asks Kafka what became of it."""

    def __init__(self, reopen: ReopenProducer) -> None:
        self._reopen = reopen
        self._losses = LostTransactions("it goes on after the last committed page")

    def publish(self, session: PublishingSession, batch: Batch, timeout: float) -> Published:
        """``timeout`` in seconds. Raises ``DeliveryFailed`` after too many losses in a row, ``ProducerFenced``,
        ``KafkaRefused``, ``TopicRefused`` and whatever opening a session raises."""
        refusals = 0
        while True:
            try:
                publish_to_kafka(session.producer, batch, timeout)
            except RecordsTooLarge as error:
                refusals += 1
                numbers = too_large(
                    batch, error.refused, session.limits, alone=session.alone, refusals=refusals
                )
                structlog.get_logger().warning(
                    "records too large for their topic", page=batch.page, records=len(numbers) or None
                )
                discard(session.producer)
                # A producer whose record was refused counts sequence numbers wrongly from then on.
                session = self._reopen(alone=session.alone or not numbers)
                if session.position.page != batch.page:
                    return Published(session, None)
                # Its commit was never asked for: it is not a memory of something that may be there already.
                batch = without(batch, numbers)
            except TransactionLost as error:
                return self._after_loss(session, batch, error)
            else:
                self._losses.over()
                return Published(session.after(batch), batch)

    def _after_loss(self, session: PublishingSession, batch: Batch, error: TransactionLost) -> Published:
        discard(session.producer)
        self._losses.wait(f"Page {batch.page} could not be published", error, page=batch.page)
        reopened = self._reopen()
        committed = reopened.position.page > batch.page
        if committed:
            self._losses.over()
        return Published(reopened, batch if committed else None)


def close_session(session: PublishingSession) -> None:
    """Free the producer. No transaction is open here, or it is lost."""
    discard(session.producer)


def _refused(refusal: PageRefusal) -> CursorRefused:
    return CursorRefused(refusal.found, allowed=refusal.allowed, remedy=refusal.remedy)
