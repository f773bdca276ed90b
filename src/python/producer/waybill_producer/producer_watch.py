"""What a producer shows of itself to whoever watches it: the run's threads tell, the status pages ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from waybill_producer.producer_figures import ProducerFigures, ThrottledBy
from waybill_producer.publishing import Batch
from waybill_status.figures import Figure, Values
from waybill_status.heartbeat import Heartbeat, SignWords


class ProducerWatch:
    """Pages are asked for by one thread and published by another."""

    def __init__(
        self,
        stream: str,
        pause: float,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        """``pause`` is the one between two polls, in seconds."""
        words = SignWords(
            missing="No published page and no wait that the API or its rate limit asked for",
            interval=f"three times producer.pause_interval, {pause:g} s, or what the last page took",
            remedy="look into the run's log for what it waits for, the API or Kafka, and restart it if that stays",
        )
        self._heartbeat = Heartbeat(pause, words, clock)
        self._lock = threading.Lock()
        self._figures = ProducerFigures(stream)
        self._now = now

    def published(self, batch: Batch) -> None:
        """It is committed."""
        with self._lock:
            self._figures = self._figures.published(batch.events, batch.dead, self._now())
        self._heartbeat.done()

    def failed(self) -> None:
        """A request brought no usable page."""
        with self._lock:
            self._figures = self._figures.having_failed()

    def throttled(self, by: ThrottledBy, seconds: float) -> None:
        """The run is told to wait so long, and does: it is well meanwhile."""
        with self._lock:
            self._figures = self._figures.throttled(by)
        self._heartbeat.wait(seconds)

    def complaint(self) -> str | None:
        return self._heartbeat.complaint()

    def figures(self) -> Iterable[tuple[Figure, Values]]:
        return self._figures.values(healthy=self.complaint() is None)
