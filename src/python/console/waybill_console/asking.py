"""Questions to Kafka and to the lake: asked in threads, bounded, remembered for a moment, and never the page's end.

While a source is silent, pages don't wait for it: the question goes on without them, and the first answer ends that.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, cast

import structlog

from waybill_common.errors import WaybillError

T = TypeVar("T")

PATIENCE = 4.0
"""Seconds: each question has a time-out of its own that comes before."""

OF_OBJECTS = 20.0
"""For questions that fetch whole objects."""

_BRIEF = 0.1
"""Seconds for a source that is silent: the page looks again by itself soon."""
_THREADS = 6
_MOST_FLIGHTS = 48
_MOST_KEPT = 128
_ROW = 30.0
"""Seconds between two failures of one question that still belong together."""


@dataclass(frozen=True)
class Trouble:
    """Why there is no answer. ``is_silent``: the source itself can't be reached; else it refused one question."""

    who: str
    since: datetime
    found: str
    remedy: str
    is_silent: bool


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A value, or the trouble that stands in its place."""

    value: T | None
    trouble: Trouble | None = None


@dataclass
class Source:
    """One of the two, ``who`` it is, and what is known of it. For one event loop."""

    who: str
    _kept: OrderedDict[Hashable, tuple[float, Any]] = field(default_factory=OrderedDict, repr=False)
    _flights: dict[Hashable, asyncio.Task[Answer[Any]]] = field(default_factory=dict, repr=False)
    _silence: Trouble | None = None
    _troubles: OrderedDict[Hashable, tuple[float, Trouble]] = field(default_factory=OrderedDict, repr=False)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix=f"console-{self.who}")

    @property
    def is_silent(self) -> bool:
        return self._silence is not None

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def ask(
        self, key: Hashable, question: Callable[[], T], *, fresh: float = 1.5, patience: float | None = None
    ) -> Answer[T]:
        """The answer to ``question``, which ``key`` stands for; one that is ``fresh`` seconds old will do, and with 0
        none is kept: it may be large."""
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() - kept[0] < fresh:
            return Answer(kept[1])
        flight = self._flights.get(key)
        if flight is None:
            if len(self._flights) >= _MOST_FLIGHTS:
                return Answer(
                    None, self._silence or self._trouble(key, "too many questions wait for it already.")
                )
            flight = self._flights[key] = asyncio.create_task(self._fly(key, question, keeps=fresh > 0))
        patience = patience or PATIENCE
        done, _ = await asyncio.wait({flight}, timeout=_BRIEF if self._silence else patience)
        if done:
            return cast("Answer[T]", flight.result())
        return Answer(None, self._silence or self._trouble(key, f"no answer within {patience:g} s."))

    def forget(self, key: Hashable) -> None:
        """Something of ours has changed what the answer will be."""
        self._kept.pop(key, None)

    async def _fly(self, key: Hashable, question: Callable[[], T], *, keeps: bool) -> Answer[T]:
        began = datetime.now(UTC)
        try:
            value = await asyncio.get_running_loop().run_in_executor(self._pool, question)
        except WaybillError as error:
            return Answer(None, self._trouble(key, error.found, error.remedy, is_silent=error.transient))
        finally:
            self._flights.pop(key, None)
        # What was asked before the silence may have been answered before it, too.
        if self._silence is not None and began >= self._silence.since:
            self._silence = None
        self._troubles.pop(key, None)
        if keeps:
            self._kept[key] = (time.monotonic(), value)
            self._kept.move_to_end(key)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return Answer(value)

    def _trouble(
        self, key: Hashable, found: str, remedy: str = "check that it runs.", *, is_silent: bool = True
    ) -> Trouble:
        """It began with this question's first failure of a row, or with the silence that it fell into."""
        at, known = self._troubles.get(key, (0.0, self._silence if is_silent else None))
        if known is None or (at and time.monotonic() - at > _ROW):
            known = Trouble(self.who, datetime.now(UTC), found, remedy, is_silent)
            structlog.get_logger().warning(
                "no_answer" if is_silent else "refused", source=self.who, why=found
            )
        trouble = Trouble(self.who, known.since, found, remedy, is_silent)
        self._troubles[key] = (time.monotonic(), trouble)
        while len(self._troubles) > _MOST_KEPT:
            self._troubles.popitem(last=False)
        if is_silent:
            self._silence = self._silence or trouble
        return trouble
