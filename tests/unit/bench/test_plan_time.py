"""The whole plan fits into the minutes that are promised for it, on a quiet machine of two cores."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from waybill_bench.cli import BENCHES
from waybill_bench.contracts import plan as orders
from waybill_bench.contracts.judging import JUDGED
from waybill_bench.flow.latency import QUICK, REGULAR, TURNS
from waybill_bench.sink.cases import Case, turns
from waybill_bench.sink.plan import FLINK, LOCAL, SCRIPT, SPARK_FILE, TUNED, WAYBILL, regular

START = {LOCAL: 1.0, SCRIPT: 0.5, TUNED: 0.6, FLINK: 8.0, WAYBILL: 5.5, SPARK_FILE: 10.0}
RATE = {
    LOCAL: 380_000,
    SCRIPT: 255_000,
    TUNED: 430_000,
    FLINK: 115_000,
    WAYBILL: 300_000,
    SPARK_FILE: 105_000,
}
SLOWER = {(orders.AVRO_CASE, SCRIPT): 80_000}
"""Where a case's rate is far from its contender's."""
OBJECT = 0.01
"""What storing one costs beside its rows, and what a commit on Spark does."""
COMMIT = {WAYBILL: 0.15, SPARK_FILE: 0.15, LOCAL: 0.0}
CHECK = 0.5
"""Reading back what a run stored, and removing it."""
FILL = 110_000
WARM_UP = 50
JUDGE = 2.5
"""A start and 50,000 records."""

OTHERS = {
    "producer": (65, 18),
    "idle": (40, 27),
    "idle-streams": (55, 15),
    "restarts": (100, 40),
    "recovery": (45, 15),
    "verify": (70, 15),
    "growth": (90, 20),
    "memory": (210, 30),
}
"""Seconds of each, regular and quick, as they took or are to take."""
LATENCY = {LOCAL: 1.0, FLINK: 9.0, WAYBILL: 5.0}


def contracts_seconds(*, quick: bool) -> float:
    judged = len(JUDGED) * JUDGE * (1 if quick else 3)
    return judged + seconds_of(orders.regular(quick=quick))


def seconds_of(cases: Sequence[Case]) -> float:
    filled = sum(load.records for load in {case.load for case in cases}) / FILL
    return filled + sum(
        START[who]
        + case.load.records / SLOWER.get((case.name, who), RATE[who])
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
    assert OTHERS.keys() | {"sink", "contracts", "latency"} == BENCHES.keys()
    seconds = WARM_UP + seconds_of(regular(quick=quick)) + contracts_seconds(quick=quick)
    seconds += latency_seconds(quick=quick)
    seconds += sum(one[quick] for one in OTHERS.values())
    assert seconds < 60 * minutes
