"""One stream of a run of several: what it knows between its turns, and what it does in one."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from waybill_common.errors import TransientError, WaybillError
from waybill_common.kafka import SeenTopic, TopicState
from waybill_common.lake import Lake
from waybill_common.ledger import LedgerPosition
from waybill_common.many import Outcome, Tries
from waybill_common.settings import Settings
from waybill_delivery.beginning import begin
from waybill_delivery.beginning_at import begin_dataset
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.run_summary import RunSummary
from waybill_delivery.several.shared_engine import SharedEngine, Watching
from waybill_delivery.several.streams_summary import StreamEnd
from waybill_delivery.sibling import PERIOD_SECONDS, SiblingDelivery
from waybill_delivery.stop_signals import StopSignals
from waybill_delivery.targets import pending, reach_by_commits
from waybill_delivery.trigger import Holding, period_of, seconds_of

SeenTopics = Mapping[str, SeenTopic]
"""What a look at all topics told, by name."""


@dataclass
class _Look:
    """Tells a loop what a look at all topics saw of its own; else it asks for that one alone."""

    ask: Callable[[], TopicState]
    seen: TopicState | None = None

    def __call__(self) -> TopicState:
        seen, self.seen = self.seen, None
        return seen or self.ask()


@dataclass(eq=False)
class StreamRun:
    """Only one thread at a time has it. ``due`` is when it is to be looked at next; ``end`` is there once it has no
    more turns.
    """

    settings: Settings
    engine: SharedEngine
    stop: StopSignals
    probe: Callable[[Lake], None]
    watch: Watching
    began: float = field(default_factory=time.monotonic)
    due: float = field(init=False)
    end: StreamEnd | None = None
    last_failure: BaseException | None = None
    _tries: Tries = field(default_factory=Tries)
    _commits_then: int = 0
    _summary: RunSummary = field(default_factory=RunSummary)
    _delivery: DeliveryLoop | None = None
    _look: _Look | None = None
    _left_open: int | None = None
    _sibling_waits: bool = False
    _sibling_due: float = float("-inf")
    _is_sibling_asked: bool = False
    _calm: tuple[TopicState, LedgerPosition] | None = None

    def __post_init__(self) -> None:
        delivery = self.settings.delivery
        self.period = period_of(delivery.trigger)
        self.due = self.began
        self._sibling = SiblingDelivery(
            self.settings, self.engine.carry, self._summary, probe=self.probe, begins=self.watch.beside
        )
        self._holding = Holding(
            delivery.min_offsets_per_trigger or 1, seconds_of(delivery.max_trigger_delay), self.began
        )

    @property
    def name(self) -> str:
        return self.settings.stream.name

    @property
    def topic(self) -> str:
        return self.settings.stream.topic

    def begin_look(self, now: float) -> tuple[str, ...]:
        """The topics that it asks for: the stream's own, and at times that of what was redriven, if it is there.
        Nobody waits for a redrive, and brokers would be asked for as many topics again at each look.
        """
        self._is_sibling_asked = now >= self._sibling_due or not self.has_begun
        if not self._is_sibling_asked:
            return (self.topic,)
        self._sibling_due = now + PERIOD_SECONDS
        return self.topic, *self._sibling.topics

    @property
    def has_begun(self) -> bool:
        return self._delivery is not None

    @property
    def has_to_begin(self) -> bool:
        """Whether it has still to say where its dataset begins, whatever asks the run to end: it is not to end well
        before, see ``begin_dataset``.
        """
        if self._delivery is None:
            return self.last_failure is None and not self.settings.stream.is_filled
        position = self._delivery.position
        return self._delivery.origin_at is not None and position.number == 0 and position.open is None

    @property
    def open_commit(self) -> int | None:
        """The number of the one that is open, as far as this run knows."""
        if self._delivery is None:
            return self._left_open
        found = self._delivery.position.open
        return found.number if found else None

    @property
    def open_commits(self) -> Mapping[str, int]:
        """The same by dataset, with that of what was redriven."""
        found = {self.name: self.open_commit, self._sibling.home.stream: self._sibling.open_commit}
        return {name: number for name, number in found.items() if number}

    def begin(self, seen: SeenTopics) -> bool:
        """What is in the lake, and whether it needs a turn. Raises what refuses the lake, the topic, or the two
        together.
        """
        self._begin(seen.get(self.topic))
        beside = seen.get(self._sibling.home.topic)
        self._sibling.look_for(beside.state if beside else None)
        return self.needs_turn(seen)

    def needs_turn(self, seen: SeenTopics) -> bool:
        """By a look at all topics. A turn begins with one of its own, which says what is wrong where that seems so."""
        own = seen.get(self.topic)
        if self._is_sibling_asked:
            beside = seen.get(self._sibling.home.topic)
            self._sibling_waits = self._sibling.may_wait(beside.state if beside else None)
        return own is None or self._own_needs_turn(own.state) or self._sibling_waits

    def _own_needs_turn(self, seen: TopicState) -> bool:
        delivery = self._loop
        if self._look is not None:
            self._look.seen = seen
        state = delivery.look()
        if self._calm is not None and self._calm[0] == state and self._calm[1] is delivery.position:
            self.watch.idle(delivery)
            return False
        waiting = pending(delivery.position.frontier, state.log_ends)
        is_let_go = self.period is None or self._holding.would_let_go(waiting, time.monotonic())
        if delivery.position.open is None and not (waiting and is_let_go):
            try:
                if delivery.is_at(delivery.position.frontier):
                    self._calm = None if waiting else (state, delivery.position)
                    self.watch.idle(delivery)
                    return False
            except WaybillError:
                return True
        return True

    def turn(self) -> None:
        """Finish what is open, then deliver what is there. Raises ``SplitsDropped``, and whatever ends the turn."""
        since = self._holding.since
        try:
            self._deliver()
        except BaseException:
            self._holding.since = since
            # The next one begins like a new run: this one may have got anywhere.
            self._left_open, self._delivery = self.open_commit, None
            self._sibling.begin_anew()
            raise

    def _deliver(self) -> None:
        if self._delivery is None:
            self._begin(None)
        delivery, asked = self._loop, self.stop.asked
        most = self.settings.delivery.max_offsets_per_trigger
        begin_dataset(delivery, most, asked)
        if delivery.position.open is not None:
            delivery.reach(delivery.position.frontier, asked)
        if asked():
            return
        ends = delivery.look().log_ends
        waiting = pending(delivery.position.frontier, ends)
        goes = self.period is None or self._holding.lets_go(waiting, time.monotonic())
        reach_by_commits(delivery, ends if goes else delivery.position.frontier, most, asked)
        if self.period is None or self._sibling_waits:
            self._sibling.deliver(asked)
            self._sibling_waits = False
        self.watch.idle(delivery)

    def rested(self) -> None:
        """It has nothing to do."""
        self._tries, self.last_failure = Tries(), None

    def failed(self, error: BaseException) -> float | None:
        """The seconds until its next turn, if the failure passes and it gets one more. They are counted from its last
        commit on: a stream that gets on is not given up.
        """
        beside = self._summary.redriven
        commits = len(self._summary.commits) + (len(beside.commits) if beside else 0)
        if commits > self._commits_then:
            self._tries, self._commits_then = Tries(), commits
        self._tries, pause = self._tries.after_failure()
        self.last_failure = error
        return pause if isinstance(error, TransientError) else None

    def is_due_after(self, now: float) -> None:
        """Streams with one period are due at the same moments, so that one look serves them all; one whose turn took
        longer is due at once.
        """
        period = self.period or 0.0
        if not period or now >= self.due + period:
            self.due = now
        else:
            self.due = self.began + period * math.ceil((now - self.began) / period)

    def close(self, outcome: Outcome) -> None:
        """It has no more turns."""
        self._summary.say_reasons()
        seconds = time.monotonic() - self.began
        self.end = StreamEnd(outcome, self._summary, seconds, self.open_commit)
        self.watch.ended(outcome.end)

    def _begin(self, seen: SeenTopic | None) -> None:
        begun = begin(self.settings, probe=self.probe, described=seen.topic if seen else None)
        delivery = begun.loop(self.engine.carry, self._summary)
        self._look = _Look(delivery.topic)
        delivery.topic = self._look
        self.watch.follow(delivery)
        self._delivery = delivery

    @property
    def _loop(self) -> DeliveryLoop:
        if self._delivery is None:
            raise ValueError(f"stream {self.name} has not begun")
        return self._delivery
