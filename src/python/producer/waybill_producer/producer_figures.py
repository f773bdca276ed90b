"""What a producer tells in numbers. Pure; sums are of this run, and of what is committed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from waybill_common.contract import Reason
from waybill_producer.events import REPEATED_ID
from waybill_status.figures import Figure, Values, added

ThrottledBy = Literal["api", "window"]
"""The API said so, or the rate limit of the settings."""

_STREAM = ("stream",)

RECORDS = Figure(
    "waybill_producer_records_total",
    "counter",
    _STREAM,
    "Events that this run published to the stream's topic.",
)
DEAD = Figure(
    "waybill_producer_dead_letters_total",
    "counter",
    ("stream", "reason"),
    "Users that break the contract, published to `<topic>.dead`, by reason.",
)
PAGES = Figure(
    "waybill_producer_pages_total", "counter", _STREAM, "Pages published, each in one transaction."
)
FAILED = Figure(
    "waybill_producer_failed_requests_total",
    "counter",
    _STREAM,
    "Requests to the API that brought no usable page; throttles are among them.",
)
THROTTLES = Figure(
    "waybill_producer_throttles_total",
    "counter",
    ("stream", "by"),
    "Waits that the API asked for (api: 429 or Retry-After) or that source.users_per_window made longer than "
    "producer.pause_interval (window).",
)
PUBLISH = Figure(
    "waybill_producer_last_publish_timestamp_seconds",
    "gauge",
    _STREAM,
    "When this run last published a page; no value before the first.",
)
HEALTHY = Figure("waybill_producer_healthy", "gauge", _STREAM, "1 where /healthz says 200, else 0.")

FIGURES = (RECORDS, DEAD, PAGES, FAILED, THROTTLES, PUBLISH, HEALTHY)


@dataclass(frozen=True)
class ProducerFigures:
    stream: str
    records: int = 0
    dead: Mapping[str, int] = field(
        default_factory=lambda: dict.fromkeys([*map(str, Reason), REPEATED_ID], 0)
    )
    pages: int = 0
    failed: int = 0
    throttles: Mapping[str, int] = field(default_factory=lambda: {"api": 0, "window": 0})
    last_publish: float | None = None

    def published(self, events: int, dead: Mapping[str, int], now: float) -> ProducerFigures:
        return replace(
            self,
            records=self.records + events,
            dead=added(self.dead, dead),
            pages=self.pages + 1,
            last_publish=now,
        )

    def having_failed(self) -> ProducerFigures:
        return replace(self, failed=self.failed + 1)

    def throttled(self, by: ThrottledBy) -> ProducerFigures:
        return replace(self, throttles=added(self.throttles, {by: 1}))

    def values(self, *, healthy: bool) -> Iterator[tuple[Figure, Values]]:
        stream = (self.stream,)
        yield RECORDS, {stream: self.records}
        yield DEAD, {(self.stream, reason): count for reason, count in sorted(self.dead.items())}
        yield PAGES, {stream: self.pages}
        yield FAILED, {stream: self.failed}
        yield THROTTLES, {(self.stream, by): count for by, count in sorted(self.throttles.items())}
        yield PUBLISH, {} if self.last_publish is None else {stream: self.last_publish}
        yield HEALTHY, {stream: float(healthy)}
