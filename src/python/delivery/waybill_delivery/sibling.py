"""The dataset of what was redriven, delivered beside its stream from the moment that its topic exists.

Only a redrive makes that topic, so most streams have none: that is asked now and then, and no more is done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from waybill_common.errors import KafkaRefused, LakeRefused
from waybill_common.kafka import TopicState, is_hidden, no_such_topic, topic_id
from waybill_common.lake import Lake, check_conditional_writes, open_lake
from waybill_common.ledger import Journal
from waybill_common.settings import Settings
from waybill_delivery.beginning import Carry, begin
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.run_summary import RunSummary
from waybill_delivery.targets import reach_by_commits
from waybill_streams.redrives import DatasetHome, sibling_of

PERIOD_SECONDS = 10.0
"""Between two looks of a run that goes on."""


def _untold(_loop: DeliveryLoop) -> None:
    return None


def has_redriven(settings: Settings, home: DatasetHome) -> bool | None:
    """Whether a run of the stream has what was redriven to deliver. None for a user who may not even learn whether
    there is such a topic: he delivers nothing of it.

    Where the dataset has begun, neither passes: there was a topic. But that of a stream which has a source now gets no
    more records, and may be deleted. Raises ``TopicRefused`` for one that is gone, and ``KafkaRefused``.
    """
    try:
        found = topic_id(settings.kafka, home.topic) is not None
    except KafkaRefused:
        if not is_hidden(settings.kafka, home.topic) or has_begun(settings, home):
            raise
        return None
    if not found and not settings.stream.is_filled and has_begun(settings, home):
        raise no_such_topic(
            settings.kafka,
            home.topic,
            allowed=f"the topic that the dataset {home.folder} was begun with.",
            remedy="find out who deleted it: what of it was not delivered is lost. `waybill verify` says what that is; "
            "a topic made anew under this name is refused, too.",
        )
    return found


def has_begun(settings: Settings, home: DatasetHome) -> bool:
    """Whether its dataset has any entry. Not for who may not even list it: he delivers nothing into it."""
    try:
        return not Journal(open_lake(settings.lake, home.folder), writer="").is_empty()
    except LakeRefused:
        return False


@dataclass
class SiblingDelivery:
    """``carry`` is the engine's, and not used by the stream's own delivery meanwhile. ``told`` gets the summary, and
    ``begins`` each loop before its first step.
    """

    settings: Settings
    carry: Carry
    told: RunSummary
    clock: Callable[[], float] = time.monotonic
    probe: Callable[[Lake], None] = check_conditional_writes
    begins: Callable[[DeliveryLoop], None] = _untold
    _loop: DeliveryLoop | None = field(default=None, init=False)
    _left_open: int | None = field(default=None, init=False)
    _is_none: bool = field(default=False, init=False)
    _is_missed: bool = field(default=False, init=False)
    _has_said: bool = field(default=False, init=False)
    _due: float = field(default=float("-inf"), init=False)

    @property
    def home(self) -> DatasetHome:
        return sibling_of(self.settings.stream)

    @property
    def topics(self) -> tuple[str, ...]:
        """Which are to be looked at: none once it is known that there is none of a stream with a source of ours. Only
        before it had that a redrive could make one.
        """
        return () if self._is_none else (self.home.topic,)

    @property
    def open_commit(self) -> int | None:
        """The number of the one that is open, as far as this run knows."""
        if self._loop is None:
            return self._left_open
        found = self._loop.position.open
        return found.number if found else None

    def deliver_if_due(self, should_stop: Callable[[], bool]) -> None:
        if not should_stop() and self.clock() >= self._due:
            self.deliver(should_stop)

    def deliver(self, should_stop: Callable[[], bool]) -> None:
        """All that is there now. Raises what a delivery raises."""
        home = self.home
        if self._is_none or should_stop():
            return
        with structlog.contextvars.bound_contextvars(dataset=home.stream):
            loop = self._loop = self._loop or self._begun(home)
            self._is_none = loop is None and self.settings.stream.is_filled
            if loop is not None:
                if loop.position.open is not None:
                    loop.reach(loop.position.frontier, should_stop)
                most = self.settings.delivery.max_offsets_per_trigger
                reach_by_commits(loop, loop.look().log_ends, most, should_stop)
        self._due, self._is_missed = self.clock() + PERIOD_SECONDS, False

    def look_for(self, seen: TopicState | None) -> None:
        """Once, by a common look: where nothing is seen of its topic though its dataset has begun, it waits for a turn,
        which says what became of that.
        """
        is_filled = self.settings.stream.is_filled
        self._is_missed = seen is None and not is_filled and has_begun(self.settings, self.home)

    def may_wait(self, seen: TopicState | None) -> bool:
        """By a look at its topic that somebody else had; None where that found none. No request is made."""
        if self._is_missed:
            return True
        if self._loop is None and seen is None:
            self._is_none = self.settings.stream.is_filled
        if self._loop is None or seen is None:
            return (self._loop is None) is (seen is not None)
        at = self._loop.position
        moved = any(end != at.frontier.get(p, 0) for p, end in seen.log_ends.items())
        return moved or at.open is not None or at.topic_id not in (None, seen.id)

    def begin_anew(self) -> None:
        """After a failure: it may have got anywhere."""
        self._left_open, self._loop = self.open_commit, None

    def _is_there(self, home: DatasetHome) -> bool:
        found = has_redriven(self.settings, home)
        if found is None and not self._has_said and not self.settings.stream.is_filled:
            self._has_said = True
            structlog.get_logger().warning(
                "topic_is_hidden",
                topic=home.topic,
                found="this user may not describe it, if it is there: what was redriven is not delivered by this run",
                remedy="grant Describe, DescribeConfigs and Read on it before the first redrive",
            )
        return bool(found)

    def _begun(self, home: DatasetHome) -> DeliveryLoop | None:
        if not self._is_there(home):
            return None
        self.told.redriven = self.told.redriven or RunSummary()
        loop = begin(self.settings, home=home, probe=self.probe).loop(self.carry, self.told.redriven)
        self.begins(loop)
        return loop
