"""When a batch is made, beside what is published or after it, and what becomes of one that nobody wants any more."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, cast

import pytest
import structlog
from unit.producer.test_cursor import make_cursor

from waybill_common.errors import SourceUnavailable
from waybill_common.kafka.clients import Writer
from waybill_common.settings import ProducerSettings
from waybill_producer.cursor.resuming import CursorTopicState, PagePosition
from waybill_producer.pace import PollingEnded
from waybill_producer.polling import Polling
from waybill_producer.publishing.batch import Batch, Draft
from waybill_producer.publishing.publishing_session import PublishingSession
from waybill_producer.stop_requests import StopRequested, StopRequests

FIRST = PublishingSession(
    cast(Writer, None), CursorTopicState("names_topic", "id-1", has_records=False), {}, PagePosition(1), {}
)
SECONDS = 10.0


def made(session: PublishingSession) -> Batch:
    page = session.position.page
    return Batch(page, (), make_cursor(page=page, fingerprint=f"f{page}"), 0, {}, cast(Draft, None))


class Polls:
    """Makes batches; notes of each where, and waits till it may. ``failing`` is a page that can't be had."""

    def __init__(self, failing: int | None = None) -> None:
        self.begun: list[tuple[int, str]] = []
        self.may = threading.Event()
        self.may.set()
        self.failing = failing

    def __call__(self, session: PublishingSession) -> Batch:
        self.begun.append((session.position.page, threading.current_thread().name))
        assert self.may.wait(SECONDS)
        if session.position.page == self.failing:
            raise SourceUnavailable("gone", allowed="a page", remedy="later")
        return made(session)


def make_polling(
    polls: Callable[[PublishingSession], Batch], *, budget: float = 0.0, **settings: Any
) -> Polling:
    given = ProducerSettings.model_validate({"pause_interval": 0, "streaming_duration": 60} | settings)
    return Polling(given, polls, lambda: budget, lambda _: None)


@pytest.mark.parametrize(("pause", "budget", "told"), [(0.0, 0.05, [0.05]), (0.05, 0.02, []), (0.0, 0.0, [])])
def test_a_wait_beyond_the_pause_is_told(pause: float, budget: float, told: list[float]) -> None:
    waits: list[float] = []
    settings = ProducerSettings(pause_interval=pause, streaming_duration=60)
    polling = Polling(settings, Polls(), lambda: budget, lambda _: None, waits.append)
    assert polling.next_batch(FIRST, 1) == made(FIRST)
    assert waits == told


def published(session: PublishingSession) -> PublishingSession:
    return session.after(made(session))


def test_without_a_pause_a_batch_is_made_while_the_one_before_is_published() -> None:
    polls = Polls()
    polling = make_polling(polls)
    assert polling.next_batch(FIRST, 0) == made(FIRST)
    polling.look_ahead(published(FIRST), 1)
    assert polling.next_batch(published(FIRST), 1) == made(published(FIRST))
    assert polls.begun == [(1, "MainThread"), (2, "batch-ahead")]


@pytest.mark.parametrize(
    ("settings", "budget"),
    [({"pause_interval": 0.5}, 0.0), ({"pages": 1}, 0.0), ({}, 5.0), ({"streaming_duration": 1e-9}, 0.0)],
    ids=["pause", "pages", "budget", "duration"],
)
def test_what_is_not_due_is_not_made_ahead(settings: dict[str, Any], budget: float) -> None:
    polls = Polls()
    make_polling(polls, budget=budget, **settings).look_ahead(published(FIRST), 1)
    time.sleep(0.05)
    assert not polls.begun


def test_a_batch_that_was_begun_in_time_is_published_though_the_time_is_over() -> None:
    polls = Polls()
    polling = make_polling(polls, streaming_duration=0.2)
    polling.look_ahead(published(FIRST), 1)
    time.sleep(0.25)
    assert polling.next_batch(published(FIRST), 1) == made(published(FIRST))
    assert polling.next_batch(published(published(FIRST)), 2) is PollingEnded.DURATION


def test_a_batch_after_one_that_was_not_committed_is_dropped_and_no_two_are_made_at_a_time() -> None:
    polls = Polls()
    polling = make_polling(polls)
    polls.may.clear()
    polling.look_ahead(published(FIRST), 1)
    threading.Timer(0.2, polls.may.set).start()
    started = time.monotonic()
    assert polling.next_batch(FIRST, 0) == made(FIRST)
    assert time.monotonic() - started > 0.15
    assert polls.begun == [(2, "batch-ahead"), (1, "MainThread")]


def test_a_dropped_batch_that_failed_is_no_error() -> None:
    polling = make_polling(Polls(failing=2))
    polling.look_ahead(published(FIRST), 1)
    assert polling.next_batch(FIRST, 0) == made(FIRST)


def test_what_goes_wrong_ahead_is_told_when_its_turn_comes() -> None:
    polling = make_polling(Polls(failing=2))
    polling.look_ahead(published(FIRST), 1)
    with pytest.raises(SourceUnavailable, match="gone"):
        polling.next_batch(published(FIRST), 1)


def test_a_signal_ends_the_wait_for_a_batch_at_once() -> None:
    polls, stop = Polls(), StopRequests()
    polls.may.clear()
    polling = make_polling(polls)
    polling.look_ahead(published(FIRST), 1)
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()
    started = time.monotonic()
    with stop.listening(), pytest.raises(StopRequested), stop.interrupting():
        polling.next_batch(published(FIRST), 1)
    assert time.monotonic() - started < 30
    polls.may.set()


def test_what_is_logged_ahead_is_of_this_run() -> None:
    seen: list[dict[str, Any]] = []

    def poll(session: PublishingSession) -> Batch:
        seen.append(structlog.contextvars.get_contextvars())
        return made(session)

    with structlog.contextvars.bound_contextvars(component="producer"):
        polling = make_polling(poll)
        polling.look_ahead(published(FIRST), 1)
        polling.next_batch(published(FIRST), 1)
    assert seen == [{"component": "producer"}]
