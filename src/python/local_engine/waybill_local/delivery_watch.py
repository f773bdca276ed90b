"""What a delivery shows of itself to whoever watches it: the driver tells, the status pages ask."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from waybill_common.kafka import TopicState
from waybill_common.ledger import Manifest, Receipt
from waybill_delivery.loop import DeliveryLoop
from waybill_local.delivery_figures import DeliveryFigures
from waybill_status.figures import Figure, Values
from waybill_status.heartbeat import Heartbeat, SignWords


class DeliveryWatch:
    """Only the driver's thread tells; what it told is replaced as a whole, so that others may ask at any moment."""

    def __init__(
        self,
        stream: str,
        trigger: str,
        period: float | None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        """``period`` is the trigger's; None for a run that ends with what is there."""
        words = SignWords(
            missing="No commit and no look that found nothing to deliver",
            interval=f"three times delivery.trigger, {trigger}, or what the last commit took",
            remedy="look into the run's log for what it waits for, Kafka or the store, and restart it if that stays",
        )
        self._heartbeat = Heartbeat(period, words, clock)
        self._figures = DeliveryFigures(stream)
        self._redriven: DeliveryFigures | None = None
        self._clock, self._now = clock, now
        self._began = clock()
        self._ended: str | None = None

    def follow(self, delivery: DeliveryLoop) -> None:
        """Be told of each look at the topic and of each commit, from now on."""
        look, closed = delivery.topic, delivery.closed

        def looking() -> TopicState:
            topic = look()
            self._figures = self._figures.seeing(topic, self._now())
            return topic

        def closing(receipt: Receipt) -> None:
            closed(receipt)
            self._figures = self._figures.after(receipt, self._clock() - self._began, self._now())
            self._heartbeat.done()

        delivery.topic, delivery.closed, delivery.begins = looking, closing, self._begins
        self._figures = self._figures.standing(delivery.position.frontier)

    def beside(self, delivery: DeliveryLoop) -> None:
        """Be told of the stream's other dataset, that of what was redriven. It has figures of its own name; its commits
        are signs of life of the stream.
        """
        look, closed, begins = delivery.topic, delivery.closed, delivery.begins
        known = self._redriven or DeliveryFigures(delivery.plan.ledger_stream)
        figures = known.standing(delivery.position.frontier)
        began = self._clock()
        self._redriven = figures

        def looking() -> TopicState:
            nonlocal figures
            topic = look()
            self._redriven = figures = figures.seeing(topic, self._now())
            return topic

        def beginning(manifest: Manifest) -> None:
            nonlocal figures, began
            begins(manifest)
            began = self._clock()
            self._redriven = figures = figures.standing(manifest.before)

        def closing(receipt: Receipt) -> None:
            nonlocal figures
            closed(receipt)
            self._redriven = figures = figures.after(receipt, self._clock() - began, self._now())
            self._heartbeat.done()

        delivery.topic, delivery.closed, delivery.begins = looking, closing, beginning

    def idle(self, delivery: DeliveryLoop) -> None:
        """Nothing is to be delivered now; another driver may have moved the frontier."""
        self._figures = self._figures.standing(delivery.position.frontier)
        self._heartbeat.idle()

    def ended(self, why: str | None) -> None:
        """In a run of several streams: this one has no more turns; ``why`` where it failed."""
        self._ended = (
            "" if why is None else f"{why}; the run's log says what to do. It takes a new run to go on."
        )

    def complaint(self) -> str | None:
        return self._heartbeat.complaint() if self._ended is None else self._ended or None

    def figures(self) -> Iterable[tuple[Figure, Values]]:
        """The other dataset has no health of its own."""
        own = self._figures.values(healthy=self.complaint() is None)
        if self._redriven is None:
            return own
        redriven = dict(self._redriven.values())
        return [(figure, {**values, **redriven.get(figure, {})}) for figure, values in own]

    def _begins(self, manifest: Manifest) -> None:
        """A first manifest may be the first to say where the dataset stands."""
        self._began = self._clock()
        self._figures = self._figures.standing(manifest.before)
