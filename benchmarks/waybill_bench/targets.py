"""What was aimed at, and whether the runs got there. Ratios are taken turn by turn, and the median decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from waybill_bench.result import Figure, Run, Who, figure, ratio
from waybill_bench.words import number

WAYBILL = "waybill"
FOLDER = "350 B · 4 partitions · folder"
STORE = "350 B · 4 partitions · MinIO"
MALFORMED = "1 % malformed"
PAGES = "pages of 5,000 users"
PACE = "1,000 events/s, trigger {} s"
SPAN = "batches {} to {}"


@dataclass(frozen=True)
class Target:
    """``value`` of ``of``, divided by that of ``to`` where there is one, is to be at least, or at most, ``bound``."""

    bench: str
    says: str
    value: str
    of: Who
    to: Who | None
    bound: float
    at_most: bool = False
    unit: str = "×"  # noqa: RUF001  # times

    @property
    def wanted(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {number(self.bound)} {self.unit}"

    def found(self, runs: Sequence[Run]) -> Figure | None:
        """None where it was not measured."""
        if self.to is None:
            return figure(runs, bench=self.bench, of=self.of, value=self.value)
        return ratio(runs, bench=self.bench, of=self.of, to=self.to, value=self.value)

    def verdict(self, found: Figure | None) -> str:
        """``met``, ``missed`` or ``not measured``."""
        if found is None:
            return "not measured"
        met = found.median <= self.bound if self.at_most else found.median >= self.bound
        return "met" if met else "missed"


def _sink(says: str, of: str, to: Who, bound: float) -> Target:
    return Target("sink", says, "rows_per_second", (of, WAYBILL), to, bound)


def _producer(says: str, to: str, bound: float) -> Target:
    return Target("producer", says, "events_per_second", (PAGES, WAYBILL), (PAGES, to), bound)


def _latency(seconds: int) -> Target:
    says = f"seconds from `produced_at` to readable Parquet, p95, 1,000 events/s, trigger of {seconds} s"
    of = (PACE.format(seconds), WAYBILL)
    return Target("latency", says, "p95_seconds", of, None, 1.5 * seconds + 1, at_most=True, unit="s")


def _growth(says: str, value: str) -> Target:
    of, to = ("100,000 receipts", WAYBILL), ("10 receipts", WAYBILL)
    return Target("growth", says, value, of, to, 1.3, at_most=True)


TARGETS = (
    _sink("rows/s, over Spark's file sink, folder", FOLDER, (FOLDER, "spark-file"), 2.0),
    Target(
        "sink",
        "CPU per row, over Spark's file sink, folder",
        "cpu_seconds_per_million_rows",
        (FOLDER, WAYBILL),
        (FOLDER, "spark-file"),
        0.5,
        at_most=True,
    ),
    _sink("rows/s, over Iceberg's Connect sink, folder", FOLDER, (FOLDER, "connect-iceberg"), 2.0),
    _sink("rows/s, over Spark's file sink, MinIO", STORE, (STORE, "spark-file"), 1.5),
    _sink("rows/s at 1 % malformed records, over its own at none", MALFORMED, (FOLDER, WAYBILL), 0.8),
    Target(
        "producer",
        "events/s, HTTP page to acknowledged transaction, one process",
        "events_per_second",
        (PAGES, WAYBILL),
        None,
        40_000,
        unit="events/s",
    ),
    _producer("events/s, over Kafka's own performance tool", "kafka-perf", 0.25),
    _producer("events/s, over one request, one record and one flush at a time", "tutorial", 100),
    _producer("events/s, over one record and one flush at a time of users at hand", "one-by-one", 100),
    _latency(1),
    _latency(10),
    _growth("start-up at 100,000 receipts, over that at 10", "startup_seconds"),
    _growth("time of a tiny batch at 100,000 receipts, over that at 10", "batch_seconds"),
    Target(
        "memory",
        "resident memory over the last 100 of 1,000 batches, over the first 100 after the warm-up",
        "resident_megabytes",
        (SPAN.format("901", "1,000"), WAYBILL),
        (SPAN.format("101", "200"), WAYBILL),
        1.1,
        at_most=True,
    ),
    Target(
        "recovery",
        "SIGKILL of the driver to the next receipt",
        "seconds",
        (PACE.format(1), WAYBILL),
        None,
        15,
        at_most=True,
        unit="s",
    ),
)
