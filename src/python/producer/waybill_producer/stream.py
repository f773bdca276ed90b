"""One run: poll, transform, publish, until the pages or the time are over or somebody asks to stop."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import structlog

from waybill_common.errors import SettingsRefused
from waybill_common.kafka import await_readable, describe_topic, watermarks
from waybill_common.settings import Settings, StreamSettings
from waybill_common.web import Routes
from waybill_producer.display import ProducerProgress
from waybill_producer.events import DeadBodies, PseudonymKey, pseudonym_key, transform_page
from waybill_producer.pace import PollingEnded
from waybill_producer.polling import Polling
from waybill_producer.producer_watch import ProducerWatch
from waybill_producer.publishing import (
    Batch,
    Draft,
    Publisher,
    PublishingSession,
    admit_page,
    build_batch,
    close_session,
    open_session,
)
from waybill_producer.registry import register_contract
from waybill_producer.run_totals import RunTotals
from waybill_producer.source import UserSource, query_of, retrieve_user_data
from waybill_producer.stop_requests import StopRequested, StopRequests
from waybill_streams.packaged import STREAMS

SOURCE = "randomuser"
"""The source that this producer is, as a stream.toml names it."""


def initiate_stream(
    settings: Settings,
    ways: Routes,
    *,
    stop: StopRequests,
    tally: RunTotals,
    display: ProducerProgress,
    watch: ProducerWatch,
) -> PollingEnded:
    """Run the stream. ``tally`` holds what is committed, whether this returns or raises; ``watch`` is told it as well.

    Settings are checked before the first connection. Raises any of the producer's errors; nothing is ever
    half-published.
    """
    query = query_of(settings.source)
    key = pseudonym_key(settings.pseudonym, partial(_has_records, settings))
    contract = STREAMS[settings.stream.name].current
    log = structlog.get_logger()
    # Before the session, which ends whatever producer ran till now.
    try:
        with stop.interrupting():
            schema_id = register_contract(settings.registry, contract, settings.stream.topic, ways.registry)
    except StopRequested:
        return PollingEnded.SIGNAL
    session = open_session(settings, query)
    delivery = Publisher(partial(open_session, settings, query))

    def failing(what: str) -> None:
        watch.failed()
        display.doing(what)

    try:
        asked = partial(watch.throttled, "api")
        with UserSource(settings.source, query, ways.source, failing, asked) as source:
            poll = partial(_poll, settings, source, key, schema_id)
            limited = partial(watch.throttled, "window")
            polling = Polling(settings.producer, poll, source.budget_wait, display.doing, limited)
            while True:
                try:
                    with stop.interrupting():
                        batch = polling.next_batch(session, tally.pages)
                        if isinstance(batch, PollingEnded):
                            _await_readable(settings, tally, display)
                            return batch
                except StopRequested:
                    return PollingEnded.SIGNAL
                polling.look_ahead(session.after(batch), tally.pages + 1)
                display.doing(f"publishing page {batch.page}")
                published = delivery.publish(session, batch, settings.kafka.timeout)
                session = published.session
                done = published.committed
                if done is not None:
                    tally.count(done)
                    watch.published(done)
                    display.counted(tally)
                    log.info(
                        "page published", page=done.page, events=done.events, dead_letters=dict(done.dead)
                    )
    finally:
        close_session(session)


def _await_readable(settings: Settings, tally: RunTotals, display: ProducerProgress) -> None:
    """So that whoever begins when this run has ended finds all of it."""
    if tally.pages:
        display.doing("waiting until the last page can be read")
        await_readable(settings.kafka, settings.stream.topic)


def check_source(stream: StreamSettings) -> None:
    """Raises ``SettingsRefused`` for a stream that this producer does not fill."""
    if stream.source != SOURCE:
        found = "no [source]" if stream.source is None else f"a source of type {stream.source}"
        raise SettingsRefused(
            f"The stream {stream.name} has {found} in its stream.toml: its topic {stream.topic} is filled by others.",
            allowed=f'streams with [source], type = "{SOURCE}".',
            remedy="correct --stream. Nothing was published.",
        )


def _has_records(settings: Settings) -> bool:
    """Whether the stream's topic has any, or had."""
    topic = describe_topic(settings.kafka, settings.stream.topic)
    if topic is None:
        return False
    ends = watermarks(settings.kafka, topic.name, range(topic.partitions))
    return any(high > 0 for _, high in ends.values())


def _poll(
    settings: Settings,
    source: UserSource,
    key: PseudonymKey,
    schema_id: int | None,
    session: PublishingSession,
) -> Batch:
    """The page at the session's position, made ready to be published."""
    position, contract = session.position, STREAMS[settings.stream.name].current
    admit_page(session, source.query)
    page = retrieve_user_data(source, position.page, position.fingerprint)
    produced_at = datetime.now(UTC)
    return build_batch(
        Draft(
            page=page,
            outcome=transform_page(page.users, contract, key, produced_at),
            position=position,
            query=source.query,
            stream=settings.stream,
            contract=contract,
            topic_id=session.topic.id,
            produced_at=produced_at,
            schema_id=schema_id,
            dead_bodies=DeadBodies(contract, key, whole=settings.producer.dead_bodies == "whole"),
        )
    )
