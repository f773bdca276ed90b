"""The dataset of what was redriven, delivered beside its stream from the moment that its topic exists.

Only a redrive makes that topic, so most streams have none: that is asked now and then, and no more is done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from waybill_common.kafka import topic_id
from waybill_common.settings import Settings
from waybill_delivery.beginning import Carry, begin
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.run_summary import RunSummary
from waybill_delivery.targets import reach_by_commits
from waybill_streams.redrives import DatasetHome, sibling_of

PERIOD_SECONDS = 10.0
"""Between two looks of a run that goes on."""


@dataclass
class SiblingDelivery:
    """``carry`` is the engine's, and not used by the stream's own delivery meanwhile. ``told`` gets the summary."""

    settings: Settings
    carry: Carry
    told: RunSummary
    clock: Callable[[], float] = time.monotonic
    _loop: DeliveryLoop | None = field(default=None, init=False)
    _due: float = field(default=float("-inf"), init=False)

    def deliver_if_due(self, should_stop: Callable[[], bool]) -> None:
        if not should_stop() and self.clock() >= self._due:
            self.deliver(should_stop)

    def deliver(self, should_stop: Callable[[], bool]) -> None:
        """All that is there now. Raises what a delivery raises."""
        home = sibling_of(self.settings.stream)
        if home is None or should_stop():
            return
        loop = self._loop = self._loop or self._begun(home)
        if loop is not None:
            most = self.settings.delivery.max_offsets_per_trigger
            reach_by_commits(loop, loop.look().log_ends, most, should_stop)
        self._due = self.clock() + PERIOD_SECONDS

    def _begun(self, home: DatasetHome) -> DeliveryLoop | None:
        if topic_id(self.settings.kafka, home.topic) is None:
            return None
        self.told.redriven = RunSummary()
        loop = begin(self.settings, home=home).loop(self.carry, self.told.redriven.add)
        loop.recover()
        return loop
