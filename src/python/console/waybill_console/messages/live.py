"""Records that come while one looks, as server-sent events: few at a time, and the newest where there are too many."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock

from confluent_kafka import Message, TopicPartition

from waybill_common.errors import WaybillError
from waybill_common.kafka import Reader, open_reader, refusal
from waybill_common.settings import KafkaSettings
from waybill_console.messages.asked import as_positions
from waybill_console.messages.consuming import reader_config
from waybill_console.messages.decoding import Judge
from waybill_console.messages.kafka_record import LISTED, ShownRecord, record_of

MOST_AT_ONCE = 8
"""Views of all readers together: each has a client of its own."""

_SHOWN = 25
"""Records of one event; more than that nobody reads in a second."""

_BETWEEN = 0.5
_LONGEST = 1800.0
"""Seconds after which a view begins anew: browsers do that by themselves."""


@dataclass
class LiveViews:
    """All of them. ``stop`` ends them with the program; ``is_silent`` says whether Kafka answers nobody."""

    settings: KafkaSettings
    is_silent: Callable[[], bool]
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    _open: int = 0

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="console-live")

    @property
    def is_full(self) -> bool:
        return self._open >= MOST_AT_ONCE

    def close(self) -> None:
        self.stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def events(
        self, topic: str, start: Mapping[int, int], judge: Judge | None, row: Callable[[ShownRecord], str]
    ) -> AsyncIterator[str]:
        """Texts of ``text/event-stream``. ``row`` is a record's HTML."""
        self._open += 1
        loop, positions, was_silent, view = asyncio.get_running_loop(), dict(start), False, None
        try:
            yield "retry: 2000\n\n"
            view = await loop.run_in_executor(self._pool, _View, self.settings, topic, positions)
            deadline = loop.time() + _LONGEST
            while not self.stop.is_set() and loop.time() < deadline:
                messages = await loop.run_in_executor(self._pool, view.next)
                if self.is_silent() != was_silent:
                    was_silent = not was_silent
                    yield f"event: silence\ndata: {json.dumps(was_silent)}\n\n"
                yield _event(messages, positions, judge, row)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.stop.wait(), _BETWEEN)
        except WaybillError as error:
            yield f"event: trouble\ndata: {json.dumps(error.found)}\n\n"
        finally:
            self._open -= 1
            if view is not None:
                with suppress(RuntimeError):  # the pool is shut, and so is the program
                    loop.run_in_executor(self._pool, view.close)


class _View:
    """One consumer. Who looks may be gone while it waits for records: it is closed when that is over."""

    def __init__(self, settings: KafkaSettings, topic: str, positions: Mapping[int, int]) -> None:
        self._settings = settings
        self._lock = Lock()
        self._consumer: Reader | None = open_reader(reader_config(settings))
        self._consumer.assign([TopicPartition(topic, p, offset) for p, offset in positions.items()])

    def next(self) -> list[Message]:
        """Raises ``KafkaRefused`` as soon as no broker takes this client."""
        with self._lock:
            if self._consumer is None:
                return []
            found = [one for one in self._consumer.consume(500, _BETWEEN) if one.error() is None]
            refused = None if found else refusal(self._settings, "reading", self._consumer.told)
            if refused is not None:
                raise refused
            return found

    def close(self) -> None:
        with self._lock:
            if self._consumer is not None:
                self._consumer.close()
                self._consumer = None


def _event(
    messages: list[Message], positions: dict[int, int], judge: Judge | None, row: Callable[[ShownRecord], str]
) -> str:
    """A comment where nothing came: it shows on both sides that the other one is there."""
    if not messages:
        return ": nothing new\n\n"
    for one in messages:
        positions[int(one.partition() or 0)] = int(one.offset() or 0) + 1
    rows = [row(record_of(one, LISTED, judge)) for one in messages[-_SHOWN:]]
    data = json.dumps({"rows": rows, "left_out": len(messages) - len(rows)})
    return f"id: {as_positions(positions)}\ndata: {data}\n\n"
