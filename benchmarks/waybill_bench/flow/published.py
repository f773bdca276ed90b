"""The steady state of something that publishes: from its first acknowledged records to its last."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from waybill_bench.meter import Meter


@dataclass(frozen=True)
class Published:
    """A committed page of the producer; ``at`` is ``time.time()``."""

    at: float
    events: int


@dataclass(frozen=True)
class Steady:
    """``events`` acknowledged between two moments of ``time.time()``."""

    began: float
    ended: float
    events: int

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    def run_values(self, meter: Meter) -> dict[str, float]:
        """A run's values, where ``meter`` watched the program."""
        cpu = meter.cpu_at(self.ended) - meter.cpu_at(self.began)
        return {
            "events_per_second": self.events / self.seconds,
            "cpu_seconds_per_million_events": cpu / self.events * 1e6,
            "peak_memory_bytes": float(meter.peak_bytes),
        }


def read_published(log: str) -> Iterator[Published]:
    """The pages that the producer's JSON log tells of, among whatever else is in it."""
    for line in log.splitlines():
        if not line.startswith("{"):
            continue
        told = json.loads(line)
        if told.get("event") == "page published":
            yield Published(datetime.fromisoformat(told["timestamp"]).timestamp(), told["events"])


def steady_state(pages: Iterator[Published] | Sequence[Published]) -> Steady:
    """From the first page to the last; the first one's events were made before. Raises ``ValueError`` for one page."""
    first, *rest = pages
    if not rest:
        raise ValueError("one page is no steady state")
    return Steady(first.at, rest[-1].at, sum(page.events for page in rest))
