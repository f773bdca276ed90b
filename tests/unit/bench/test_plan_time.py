"""The whole plan fits into the minutes that are promised for it, on a quiet machine of two cores."""

from __future__ import annotations

import pytest

from waybill_bench.cli import BENCHES
from waybill_bench.flow.latency import QUICK, REGULAR, TURNS
from waybill_bench.sink.cases import turns
from waybill_bench.sink.plan import FLINK, LOCAL, SCRIPT, SPARK_FILE, TUNED, WAYBILL, regular

START = {LOCAL: 1.2, SCRIPT: 0.7, TUNED: 0.7, FLINK: 6.0, WAYBILL: 8.0, SPARK_FILE: 8.0}
RATE = {LOCAL: 280_000, SCRIPT: 250_000, TUNED: 280_000, FLINK: 130_000, WAYBILL: 210_000, SPARK_FILE: 90_000}
OBJECT = 0.006
"""What storing one costs beside its rows, and what a commit on Spark does."""
COMMIT = {WAYBILL: 0.25, SPARK_FILE: 0.25, LOCAL: 0.03}
CHECK = 1.5
"""Reading back what a run stored, and removing it."""
FILL = 110_000
WARM_UP = 50

OTHERS = {
    "producer": (70, 18),
    "idle": (72, 27),
    "restarts": (65, 40),
    "recovery": (90, 30),
    "verify": (45, 15),
    "growth": (90, 20),
    "memory": (210, 30),
}
"""Seconds of each, regular and quick, as they took or are to take."""
LATENCY = {LOCAL: 5.0, FLINK: 12.0, WAYBILL: 18.0}


def sink_seconds(*, quick: bool) -> float:
    cases = regular(quick=quick)
    filled = sum(load.records for load in {case.load for case in cases}) / FILL
    return filled + sum(
        START[who]
        + case.load.records / RATE[who]
        + case.commits * (COMMIT.get(who, 0) + OBJECT * max(4, case.load.partitions))
        + CHECK
        for _, case, who in turns(cases)
    )


def latency_seconds(*, quick: bool) -> float:
    window = 4.0 if quick else 8.0
    one = sum(
        LATENCY[setup.contender] + 4.0 + window + setup.milliseconds / 1000
        for setup in (QUICK if quick else REGULAR)
    )
    return one * (1 if quick else TURNS)


@pytest.mark.parametrize(
    ("quick", "minutes"), [(False, 45), (True, 8)], ids=["make bench", "make bench-quick"]
)
def test_every_bench_together_ends_in_time(*, quick: bool, minutes: int) -> None:
    assert OTHERS.keys() | {"sink", "latency"} == BENCHES.keys()
    seconds = WARM_UP + sink_seconds(quick=quick) + latency_seconds(quick=quick)
    seconds += sum(one[quick] for one in OTHERS.values())
    assert seconds < 60 * minutes
