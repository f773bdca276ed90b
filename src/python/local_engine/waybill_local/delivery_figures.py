"""What a delivery tells in numbers. Pure: a new value after each look and each commit, which any thread may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from waybill_common.contract import Reason
from waybill_common.kafka import TopicState
from waybill_common.ledger import Frontier, Receipt
from waybill_status.figures import Distribution, Figure, Values, added

_STREAM = ("stream",)
_PARTITION = ("stream", "partition")

FRONTIER = Figure(
    "waybill_delivery_frontier_offset", "gauge", _PARTITION, "The next offset that no receipt covers."
)
PENDING = Figure(
    "waybill_delivery_pending_offsets",
    "gauge",
    _PARTITION,
    "Offsets in the log that no receipt covers, as of the last look at the topic; counted as by `waybill lag`.",
)
HEADROOM = Figure(
    "waybill_delivery_retention_headroom_offsets",
    "gauge",
    _PARTITION,
    "Offsets from the log's start to the frontier, as of the last look, in a run of several streams up to 10 seconds "
    "before it: what retention may still take without a loss. Below 0 it has taken undelivered ones.",
)
COMMITS = Figure("waybill_delivery_commits_total", "counter", _STREAM, "Commits that this run closed.")
ROWS = Figure("waybill_delivery_rows_total", "counter", _STREAM, "Rows in them.")
DEAD = Figure(
    "waybill_delivery_dead_letters_total", "counter", ("stream", "reason"), "Dead letters in them, by reason."
)
LOST = Figure(
    "waybill_delivery_lost_offsets_total",
    "counter",
    _STREAM,
    "Offsets that retention took before they were delivered, as delivery.accept_loss lets a commit record them.",
)
SECONDS = Figure(
    "waybill_delivery_commit_duration_seconds",
    "histogram",
    _STREAM,
    "From an open manifest to its receipt, for each commit that this run closed.",
)
RECEIPT = Figure(
    "waybill_delivery_last_receipt_timestamp_seconds",
    "gauge",
    _STREAM,
    "When this run closed its last commit; no value before the first.",
)
LOOK = Figure(
    "waybill_delivery_last_look_timestamp_seconds",
    "gauge",
    _STREAM,
    "When this run last looked at the topic: pending and headroom are as old; no value before the first.",
)
HEALTHY = Figure("waybill_delivery_healthy", "gauge", _STREAM, "1 where /healthz says 200, else 0.")

BOUNDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)
"""Seconds: of the histogram's buckets."""

FIGURES = (FRONTIER, PENDING, HEADROOM, COMMITS, ROWS, DEAD, LOST, SECONDS, RECEIPT, LOOK, HEALTHY)


@dataclass(frozen=True)
class DeliveryFigures:
    """Sums are of this run. A partition that was never delivered from has the frontier 0, as in `waybill lag`."""

    stream: str
    frontier: Mapping[int, int] = field(default_factory=dict)
    log_starts: Mapping[int, int] = field(default_factory=dict)
    log_ends: Mapping[int, int] = field(default_factory=dict)
    commits: int = 0
    rows: int = 0
    dead: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, Reason), 0))
    lost: int = 0
    seconds: Distribution = field(default_factory=lambda: Distribution.over(*BOUNDS))
    last_receipt: float | None = None
    last_look: float | None = None

    def standing(self, frontier: Frontier) -> DeliveryFigures:
        return replace(self, frontier=frontier)

    def seeing(self, topic: TopicState, now: float) -> DeliveryFigures:
        return replace(self, log_starts=topic.log_starts, log_ends=topic.log_ends, last_look=now)

    def after(self, receipt: Receipt, seconds: float, now: float) -> DeliveryFigures:
        return replace(
            self,
            frontier=receipt.frontier,
            commits=self.commits + 1,
            rows=self.rows + receipt.rows,
            dead=added(self.dead, receipt.reasons),
            lost=self.lost + receipt.lost,
            seconds=self.seconds.plus(seconds),
            last_receipt=now,
        )

    def values(self, *, healthy: bool | None = None) -> Iterator[tuple[Figure, Values]]:
        """``healthy`` None: nothing is told of it."""
        stream = (self.stream,)
        partitions = sorted({*self.frontier, *self.log_ends})
        at = {p: self.frontier.get(p, 0) for p in partitions}
        yield FRONTIER, self._by_partition(at)
        yield (
            PENDING,
            self._by_partition(
                {p: max(0, end - max(at[p], self.log_starts.get(p, 0))) for p, end in self.log_ends.items()}
            ),
        )
        yield HEADROOM, self._by_partition({p: at[p] - start for p, start in self.log_starts.items()})
        yield COMMITS, {stream: self.commits}
        yield ROWS, {stream: self.rows}
        yield DEAD, {(self.stream, reason): count for reason, count in sorted(self.dead.items())}
        yield LOST, {stream: self.lost}
        yield SECONDS, {stream: self.seconds}
        yield RECEIPT, {} if self.last_receipt is None else {stream: self.last_receipt}
        yield LOOK, {} if self.last_look is None else {stream: self.last_look}
        yield HEALTHY, {} if healthy is None else {stream: float(healthy)}

    def _by_partition(self, values: Mapping[int, int]) -> Values:
        return {(self.stream, str(partition)): value for partition, value in sorted(values.items())}
