"""Figures as Prometheus reads them, from a registry that is the run's own."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time

import prometheus_client
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from unit.status.pages import Run

from waybill_status.exposition import registry_of, text_of
from waybill_status.figures import Distribution, Figure, Values

GAUGE = Figure("waybill_gauge_offsets", "gauge", ("stream", "partition"), 'With "quotes", \\ and\nlines.')
COUNTER = Figure("waybill_counter_total", "counter", ("stream",), "Counts.")
HISTOGRAM = Figure("waybill_some_seconds", "histogram", ("stream",), "Spreads.")


class Figures(Run):
    def __init__(self, *figures: tuple[Figure, Values]) -> None:
        super().__init__()
        self.given = figures

    def figures(self) -> tuple[tuple[Figure, Values], ...]:
        return self.given


def read_back(*figures: tuple[Figure, Values]) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = text_of(registry_of(Figures(*figures))).decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@given(
    st.text(st.characters(codec="utf-8")),
    st.floats(allow_nan=False),
    st.integers(0, 2**63 - 1),
)
def test_what_is_told_is_what_prometheus_reads(stream: str, some: float, count: int) -> None:
    found = read_back((GAUGE, {(stream, "7"): some}), (COUNTER, {(stream,): count}))
    assert found == {
        (GAUGE.name, (("partition", "7"), ("stream", stream))): some,
        (COUNTER.name, (("stream", stream),)): float(count),
    }


@given(st.lists(st.floats(0, 100)))
def test_a_distribution_counts_each_value_once(values: list[float]) -> None:
    found = Distribution.over(0.5, 1, 10)
    for value in values:
        found = found.plus(value)
    told = read_back((HISTOGRAM, {("names",): found}))
    stream = ("stream", "names")
    assert told["waybill_some_seconds_count", (stream,)] == len(values)
    assert told["waybill_some_seconds_sum", (stream,)] == pytest.approx(math.fsum(values))
    for bound, shown in ((0.5, "0.5"), (1, "1.0"), (10, "10.0"), (math.inf, "+Inf")):
        assert told["waybill_some_seconds_bucket", (("le", shown), stream)] == sum(
            one <= bound for one in values
        )


def test_a_figure_without_a_value_has_a_type_and_no_sample() -> None:
    text = text_of(registry_of(Figures((GAUGE, {})))).decode()
    assert f"# TYPE {GAUGE.name} gauge\n" in text
    assert read_back((GAUGE, {})) == {}


def test_a_thousand_partitions_are_told_in_no_time() -> None:
    values: Values = {("names", str(number)): 2**40 + number for number in range(1000)}
    began = time.process_time()
    assert len(read_back(*[(GAUGE, values)] * 3)) == 1000
    assert time.process_time() - began < 2


def test_the_librarys_own_registry_has_nothing_of_ours() -> None:
    registry_of(Figures((GAUGE, {})))
    assert not [one.name for one in prometheus_client.REGISTRY.collect() if "waybill" in one.name]


def test_nothing_of_prometheus_is_imported_before_somebody_wants_it() -> None:
    code = (
        "import sys, waybill_producer.cli, waybill_local.deliver_command\n"
        "assert not [one for one in sys.modules if one.startswith('prometheus_client')]"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
