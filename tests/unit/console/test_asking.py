"""A source that goes away and comes back: since when it is silent, and that no page waits for it twice."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from waybill_common.errors import KafkaUnavailable, TopicRefused
from waybill_console import asking
from waybill_console.asking import Source


def away() -> str:
    raise KafkaUnavailable("nobody is there", allowed="a broker.", remedy="start it.")


def refused() -> str:
    raise TopicRefused("no such topic", allowed="a topic.", remedy="make it.")


def run(story: Callable[[Source], Coroutine[Any, Any, None]]) -> None:
    async def told() -> None:
        source = Source("Kafka")
        try:
            await story(source)
        finally:
            source.close()

    asyncio.run(told())


def test_silence_has_one_beginning_and_ends_with_an_answer() -> None:
    async def story(source: Source) -> None:
        first, second = await source.ask("a", away), await source.ask("b", away)
        assert first.trouble
        assert second.trouble
        assert first.trouble.since == second.trouble.since
        assert (first.trouble.is_silent, first.trouble.found) == (True, "nobody is there")
        assert (await source.ask("a", lambda: "here")).value == "here"
        third = await source.ask("c", away)
        assert third.trouble
        assert third.trouble.since > first.trouble.since
        again = await source.ask("b", away)
        assert again.trouble
        assert again.trouble.since == first.trouble.since  # it never got an answer

    run(story)


def test_an_answer_to_what_was_asked_before_the_silence_does_not_end_it() -> None:
    async def story(source: Source) -> None:
        late = asyncio.create_task(source.ask("late", lambda: time.sleep(0.2)))
        await asyncio.sleep(0.05)
        first = await source.ask("a", away)
        await late
        second = await source.ask("b", away)
        assert first.trouble
        assert second.trouble
        assert second.trouble.since == first.trouble.since

    run(story)


def test_a_refusal_is_of_one_question() -> None:
    async def story(source: Source) -> None:
        answer = await source.ask("a", refused)
        assert answer.trouble
        assert not answer.trouble.is_silent
        assert (await source.ask("b", lambda: 1)).trouble is None
        again = await source.ask("a", refused)
        assert again.trouble
        assert again.trouble.since == answer.trouble.since

    run(story)


def test_the_same_question_is_asked_once_at_a_time_and_remembered_for_a_moment() -> None:
    asked: list[int] = []

    def question() -> int:
        asked.append(1)
        time.sleep(0.05)
        return len(asked)

    async def story(source: Source) -> None:
        found = await asyncio.gather(*(source.ask("a", question) for _ in range(20)))
        assert {one.value for one in found} == {1}
        assert (await source.ask("a", question)).value == 1
        assert (await source.ask("a", question, fresh=0)).value == 2
        assert (await source.ask("a", question)).value == 1
        source.forget("a")
        assert (await source.ask("a", question)).value == 3

    run(story)


def test_a_question_without_an_answer_ends_in_time_and_goes_on_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 0.2)
    release = threading.Event()

    def question() -> str:
        release.wait(10)
        return "late"

    async def story(source: Source) -> None:
        answer = await source.ask("a", question)
        assert answer.trouble
        assert answer.trouble.is_silent
        release.set()
        assert (await source.ask("a", question)).value == "late"

    run(story)


def test_more_questions_than_there_is_room_for_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_MOST_FLIGHTS", 2)
    release = threading.Event()

    async def story(source: Source) -> None:
        tasks = [asyncio.create_task(source.ask(n, lambda: release.wait(10))) for n in range(2)]
        await asyncio.sleep(0.05)
        answer = await source.ask("more", lambda: 1)
        assert answer.trouble
        release.set()
        await asyncio.gather(*tasks)

    run(story)


def test_a_mistake_of_ours_is_no_silence() -> None:
    async def story(source: Source) -> None:
        with pytest.raises(ZeroDivisionError):
            await source.ask("a", lambda: 1 // 0)
        assert (await source.ask("a", lambda: 1)).value == 1

    run(story)
