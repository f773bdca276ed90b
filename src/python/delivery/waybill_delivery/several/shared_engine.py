"""What several streams share in a run: who carries their splits, and who watches them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.splits import SplitOutcome, TaskContext


class SharedEngine(Protocol):
    """Carries commits of several streams at the same time, each called by a thread of its own."""

    def carry(self, context: TaskContext) -> Sequence[SplitOutcome]:
        """As for one stream; raises ``SplitsDropped`` after ``drop_what_is_not_begun``."""
        ...

    def drop_what_is_not_begun(self) -> None:
        """The run is to end: no split of any commit is begun any more."""
        ...


class Watching(Protocol):
    """One stream's. It is told by one thread at a time."""

    def follow(self, delivery: DeliveryLoop) -> None:
        """Be told of its looks and commits, from now on."""
        ...

    def beside(self, delivery: DeliveryLoop) -> None:
        """Be told of the looks and commits of the stream's other dataset, that of what was redriven."""
        ...

    def idle(self, delivery: DeliveryLoop) -> None:
        """Nothing is to be delivered now."""
        ...

    def ended(self, why: str | None) -> None:
        """The stream has no more turns in this run; ``why`` where it failed."""
        ...
