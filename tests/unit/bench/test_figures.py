"""Figures, ratios and verdicts say what the runs say, and nothing where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.bench.runs import results, run

from waybill_bench import growth, memory
from waybill_bench.result import Figure, Results, figure, figures, ratio
from waybill_bench.target import Target
from waybill_bench.targets import TARGETS
from waybill_bench.words import heading, number

OURS, THEIRS = ("a", "waybill"), ("a", "spark-file")
TURNS = (
    run("a", "waybill", 1, rows=100),
    run("a", "spark-file", 1, rows=50),
    run("a", "spark-file", 2, rows=10),
    run("a", "waybill", 2, rows=30),
    run("a", "waybill", 3, rows=5),
)


def test_a_figure_is_the_median_with_the_least_and_the_largest() -> None:
    assert figures(TURNS)["sink", "a", "waybill", "rows"] == Figure(median=30, least=5, most=100, count=3)
    assert figure(TURNS, bench="sink", of=OURS, value="rows") == Figure(30, 5, 100, 3)


def test_a_ratio_compares_what_ran_in_the_same_turn() -> None:
    found = ratio(iter(TURNS), bench="sink", of=OURS, to=THEIRS, value="rows")
    assert found == Figure(median=2.5, least=2, most=3, count=2)


@pytest.mark.parametrize(
    ("bench", "of", "value"),
    [("memory", OURS, "rows"), ("sink", ("b", "waybill"), "rows"), ("sink", OURS, "seconds")],
    ids=["bench", "case", "value"],
)
def test_what_was_not_measured_has_no_figure(bench: str, of: tuple[str, str], value: str) -> None:
    assert figure(TURNS, bench=bench, of=of, value=value) is None
    assert ratio(TURNS, bench=bench, of=of, to=THEIRS, value=value) is None


def test_turns_without_a_partner_make_no_ratio() -> None:
    apart = (run("a", "waybill", 1, rows=1), run("a", "spark-file", 2, rows=1))
    assert ratio(apart, bench="sink", of=OURS, to=THEIRS, value="rows") is None


@pytest.mark.parametrize(
    ("at_most", "bound", "verdict"),
    [(False, 2.5, "met"), (False, 2.6, "missed"), (True, 2.5, "met"), (True, 2.4, "missed")],
    ids=["just enough", "too little", "just few enough", "too much"],
)
def test_the_median_decides(at_most: bool, bound: float, verdict: str) -> None:
    target = Target("sink", "rows", "rows", OURS, THEIRS, bound, at_most=at_most)
    assert target.verdict(target.found(TURNS)) == verdict


def test_a_target_without_runs_is_neither_met_nor_missed() -> None:
    assert {target.verdict(target.found(())) for target in TARGETS} == {"not measured"}


@pytest.mark.parametrize(
    ("bench", "cases"),
    [
        ("growth", {one.name for one in growth.FULL}),
        (
            "memory",
            {
                memory.case(first, of)
                for first in range(0, memory.FULL, memory.SPAN)
                for of in ("", "1,000 partitions, ")
            },
        ),
    ],
    ids=["growth", "memory"],
)
def test_targets_name_cases_that_a_full_run_has(bench: str, cases: set[str]) -> None:
    named = {who[0] for target in TARGETS if target.bench == bench for who in (target.of, target.to) if who}
    assert named
    assert named <= cases


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    written = results(*TURNS, quick=True)
    written.save(tmp_path / "results.json")
    assert Results.load(tmp_path / "results.json") == written


@pytest.mark.parametrize(
    ("value", "words"),
    [(1234567.8, "1,230,000"), (100.4, "100"), (99.94, "99.9"), (1.005, "1"), (0.00421, "0.00421"), (0, "0")],
)
def test_numbers_have_the_digits_that_count(value: float, words: str) -> None:
    assert number(value) == words


def test_a_values_name_is_its_heading() -> None:
    assert heading("cpu_seconds_per_million_rows") == "CPU seconds per million rows"
    assert heading("whole_cpu_seconds_per_million_rows") == "whole CPU seconds per million rows"
    assert heading("rows_per_second") == "rows per second"
