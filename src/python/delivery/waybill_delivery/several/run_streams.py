"""Several streams in one run. One look at all topics at once says which streams need a turn; each turn has a thread of
its own, so that one that waits for something delays no other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TypeVar

import structlog

from waybill_common.cli import machine_errors, tell_of
from waybill_common.kafka import SeenTopic, Topic, topics_now
from waybill_common.many import Outcome
from waybill_common.settings import KafkaSettings, Settings
from waybill_delivery.several.shared_engine import SharedEngine, Watching
from waybill_delivery.several.store_probe import StoreProbe
from waybill_delivery.several.stream_run import SeenTopics, StreamRun
from waybill_delivery.several.streams_summary import StreamEnd, StreamsSummary
from waybill_delivery.splits import SplitsDropped
from waybill_delivery.stop_signals import StopSignals
from waybill_streams.chosen_streams import StreamsByName

LEDGERS_AT_ONCE = 32
"""That are read while streams begin."""

_LONGEST_WAIT = 0.2
"""Seconds between two looks at whether the run is to end."""

T = TypeVar("T")
TopicsLook = Callable[
    [KafkaSettings, Sequence[str], Mapping[str, Topic], Mapping[str, SeenTopic]], Mapping[str, SeenTopic]
]

_CONFIGS_SECONDS = 60.0
_WHOLE_SECONDS = 10.0
"""After which a common look asks for topics' configurations again, and after which for more than their ends: ids,
partitions and beginnings. A turn asks for all of its own topic before it opens a commit.
"""


def deliver_streams(
    streams: StreamsByName,
    engine: SharedEngine,
    stop: StopSignals,
    watches: Mapping[str, Watching],
    *,
    topics: TopicsLook = topics_now,
) -> StreamsSummary:
    """Deliver each stream until its trigger's end, its failure, or a request to stop. What ends one leaves the others
    alone, also where its settings can't be used; ``tell_of`` says it at once.

    A request to stop: no manifest is opened and no split begun any more; commits whose splits all run are closed.
    """
    probe, began = StoreProbe(), time.monotonic()
    runs = []
    refused: dict[str, StreamEnd] = {}
    for name, one in streams.items():
        if isinstance(one, Settings):
            runs.append(StreamRun(one, engine, stop, probe, watches[name], began))
        else:
            tell_of(one, name)
            outcome = Outcome.of(name, one)
            watches[name].ended(outcome.end)
            refused[name] = StreamEnd(outcome)
    with ThreadPoolExecutor(LEDGERS_AT_ONCE, thread_name_prefix="begin") as beginning:
        stop.names_open(
            lambda: [f"{name} {number}" for one in runs for name, number in one.open_commits.items()]
        )
        return StreamsSummary({**refused, **_Turns(runs, engine, stop, beginning, topics).until_all_ended()})


@dataclass(frozen=True)
class _Looked:
    """A look at several topics was done, or failed. Configurations of those that were ``known`` were not asked for."""

    runs: Sequence[StreamRun]
    known: Mapping[str, Topic]
    lately: Mapping[str, SeenTopic]
    seen: Mapping[str, SeenTopic]
    error: BaseException | None


@dataclass(frozen=True)
class _Began:
    run: StreamRun
    needs_turn: bool
    error: BaseException | None


@dataclass(frozen=True)
class _Turned:
    run: StreamRun
    error: BaseException | None


@dataclass
class _Turns:
    """``_resting`` are the streams that nobody has in hand; threads tell ``_events`` when they are done with one."""

    runs: Sequence[StreamRun]
    engine: SharedEngine
    stop: StopSignals
    beginning: ThreadPoolExecutor
    topics: TopicsLook
    _resting: dict[str, StreamRun] = field(default_factory=dict)
    _events: SimpleQueue[_Looked | _Began | _Turned] = field(default_factory=SimpleQueue)
    _known: dict[str, tuple[float, Topic]] = field(default_factory=dict)
    _whole: dict[str, tuple[float, SeenTopic]] = field(default_factory=dict)
    _is_ending: bool = False

    def until_all_ended(self) -> dict[str, StreamEnd]:
        self._resting = {run.name: run for run in self.runs}
        while any(run.end is None for run in self.runs):
            if self.stop.asked() and not self._is_ending:
                self._is_ending = True
                self.engine.drop_what_is_not_begun()
            if self._is_ending:
                for run in [*self._resting.values()]:
                    del self._resting[run.name]
                    self._end(run)
            else:
                self._look_where_it_is_due()
            self._take_events()
        return {run.name: run.end for run in self.runs if run.end is not None}

    def _end(self, run: StreamRun) -> None:
        """The run is to end, and nobody has this stream in hand."""
        if run.has_to_begin:
            self.beginning.submit(copy_context().run, self._turn, run)
        else:
            self._finish(run, run.last_failure)

    def _take_events(self) -> None:
        if all(run.end is not None for run in self.runs):
            return
        due = min((run.due for run in self._resting.values()), default=float("inf")) - time.monotonic()
        try:
            event = self._events.get(timeout=max(0.0, min(due, _LONGEST_WAIT)))
            while True:
                self._take(event)
                event = self._events.get_nowait()
        except Empty:
            return

    def _take(self, event: _Looked | _Began | _Turned) -> None:
        match event:
            case _Looked(runs, known, lately, seen, error):
                now = time.monotonic()
                whole = {name: (now, one) for name, one in seen.items() if name not in lately}
                self._whole |= whole
                self._known |= {
                    name: (at, one.topic) for name, (at, one) in whole.items() if name not in known
                }
                for run in runs:
                    if error is not None:
                        self._failed(run, error)
                    elif self._is_ending:
                        self._end(run)
                    elif run.has_begun:
                        self._judge(run, seen)
                    else:
                        self.beginning.submit(copy_context().run, self._begin, run, seen)
            case _Began(run, needs_turn, None):
                if self._is_ending:
                    self._end(run)
                else:
                    self._go_on(run, needs_turn=needs_turn)
            case _Turned(run, None):
                self._rest(run)
            case _Began(run, _, error) | _Turned(run, error):
                if error is not None:
                    self._failed(run, error)

    def _look_where_it_is_due(self) -> None:
        now = time.monotonic()
        due = [run for run in self._resting.values() if run.due <= now]
        if due:
            for run in due:
                del self._resting[run.name]
            names = sorted({name for run in due for name in run.begin_look(now)})
            known = {name: topic for name, (at, topic) in self._known.items() if now - at < _CONFIGS_SECONDS}
            lately = {name: one for name, (at, one) in self._whole.items() if now - at < _WHOLE_SECONDS}
            self._in_thread(lambda: self._look(due, names, known, lately))

    def _look(
        self,
        runs: Sequence[StreamRun],
        names: Sequence[str],
        known: Mapping[str, Topic],
        lately: Mapping[str, SeenTopic],
    ) -> None:
        seen: Mapping[str, SeenTopic] = {}
        error: BaseException | None = None
        try:
            with machine_errors():
                seen = self.topics(runs[0].settings.kafka, names, known, lately)
        except BaseException as failure:  # noqa: BLE001  # each of the streams is told of it
            error = failure
        self._events.put(_Looked(runs, known, lately, seen, error))

    def _judge(self, run: StreamRun, seen: SeenTopics) -> None:
        """No request is made here, so no stream keeps the others waiting."""
        try:
            needs_turn = run.needs_turn(seen)
        except Exception as bug:  # noqa: BLE001  # it is told whole, and ends that stream alone
            self._failed(run, bug)
        else:
            self._go_on(run, needs_turn=needs_turn)

    def _go_on(self, run: StreamRun, *, needs_turn: bool) -> None:
        if needs_turn:
            self._in_thread(lambda: self._turn(run))
        else:
            self._rest(run)

    def _begin(self, run: StreamRun, seen: SeenTopics) -> None:
        needs_turn, error = True, None
        if not self.stop.asked():
            try:
                with machine_errors():
                    needs_turn = _in_stream(run, lambda: run.begin(seen))
            except BaseException as failure:  # noqa: BLE001  # told where the stream is ended
                error = failure
        self._events.put(_Began(run, needs_turn, error))

    def _turn(self, run: StreamRun) -> None:
        error: BaseException | None = None
        if run.has_to_begin or not self.stop.asked():
            try:
                with machine_errors():
                    _in_stream(run, run.turn)
            except SplitsDropped:
                pass  # the run is to end, and what stays open is named there
            except BaseException as failure:  # noqa: BLE001  # told where the stream is ended
                error = failure
        self._events.put(_Turned(run, error))

    def _failed(self, run: StreamRun, error: BaseException) -> None:
        pause = run.failed(error)
        if pause is None or self._is_ending:
            self._finish(run, error)
            return
        structlog.get_logger().warning(
            "stream_gets_another_turn",
            stream=run.name,
            error=type(error).__name__,
            found=str(error),
            next_in=pause,
        )
        run.due = time.monotonic() + pause
        self._resting[run.name] = run

    def _rest(self, run: StreamRun) -> None:
        """It has nothing to do now."""
        run.rested()
        if run.period is None or self._is_ending:
            self._finish(run, None)
            return
        run.is_due_after(time.monotonic())
        self._resting[run.name] = run

    def _finish(self, run: StreamRun, error: BaseException | None) -> None:
        self._resting.pop(run.name, None)
        copy_context().run(_in_stream, run, lambda: _close(run, error))

    def _in_thread(self, work: Callable[[], None]) -> None:
        threading.Thread(target=copy_context().run, args=(work,), name="turn", daemon=True).start()


def _in_stream(run: StreamRun, work: Callable[[], T]) -> T:
    """Lines of log from there name the stream."""
    structlog.contextvars.bind_contextvars(stream=run.name)
    return work()


def _close(run: StreamRun, error: BaseException | None) -> None:
    if error is not None:
        tell_of(error, run.name)
    run.close(Outcome(run.name) if error is None else Outcome.of(run.name, error))
    for dataset, number in run.open_commits.items():
        structlog.get_logger().warning("commit_stays_open", dataset=dataset, number=number)
