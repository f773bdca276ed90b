"""The page is that of the committed results, says what was missed, and leaves nothing of an earlier run."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.bench.runs import results, run

from waybill_bench.cli import main
from waybill_bench.page import Measured, benchmarks_page, pictures, write_page
from waybill_bench.result import Results, Run
from waybill_bench.sink.plan import HEADERS
from waybill_bench.targets import GROUPS, TARGETS

ROOT = Path(__file__).parents[3]
TEMPLATE = (ROOT / "benchmarks" / "page.md").read_text()
DOCS = ROOT / "docs"
RUNS = (
    run(HEADERS, "waybill", 1, rows_per_second=150.0, peak_pss_megabytes=900),
    run(HEADERS, "spark-file", 1, rows_per_second=100.0),
    run(HEADERS, "waybill", 2, rows_per_second=170.0, peak_pss_megabytes=950),
    run(HEADERS, "spark-file", 2, rows_per_second=100.0),
)
SLOW = Measured(results(*RUNS), [results()])
PICTURES = ["bench-sink-peak-pss-megabytes.svg", "bench-sink-rows-per-second.svg"]


def line_with(text: str, page: str) -> str:
    return next(line for line in page.splitlines() if text in line)


def test_the_page_and_its_pictures_are_those_of_the_committed_results() -> None:
    names = ("results.json", "by-hand.json", "large.json")
    regular, *by_hand = (Results.load(ROOT / "benchmarks" / name) for name in names)
    committed = Measured(regular, by_hand)
    assert (DOCS / "benchmarks.md").read_text() == benchmarks_page(committed, TEMPLATE)
    drawn = {path.name: path.read_text() for path in (DOCS / "images").glob("bench-*.svg")}
    assert drawn == pictures(committed, TEMPLATE)


def test_a_missed_target_is_shown_with_what_was_found() -> None:
    line = line_with(f"{HEADERS}: rows/s of waybill, over spark-file", benchmarks_page(SLOW, TEMPLATE))
    assert line.endswith("| ≥ 2 × | 1.6 (1.5 to 1.7) × | 2 | **missed** |")


def test_targets_without_runs_are_counted_as_not_measured() -> None:
    page = benchmarks_page(SLOW, TEMPLATE)
    for name, group in GROUPS.items():
        missed = int(name == "other")
        told = f"Of {len(group)} targets: 0 met, {missed} missed, {len(group) - missed} not measured."
        assert told in page, name
    assert page.count("**not measured**") == len(TARGETS) - 1


def test_every_contender_has_a_line_with_all_its_values() -> None:
    page = benchmarks_page(SLOW, TEMPLATE)
    assert "| case | contender | rows per second | peak PSS megabytes | runs |" in page
    assert f"| {HEADERS} | waybill | 160 (150 to 170) | 925 (900 to 950) | 2 |" in page
    assert f"| {HEADERS} | spark-file | 100 (100 to 100) |  | 2 |" in page


def test_what_no_run_measured_has_neither_table_nor_picture() -> None:
    page = benchmarks_page(SLOW, TEMPLATE)
    assert "bench-sink-rows-per-second.svg" in page
    assert sorted(pictures(SLOW, TEMPLATE)) == PICTURES
    assert page.split("## Recovery\n")[1].split("\n## ")[0].rstrip().endswith("Not measured in this run.")


@pytest.mark.parametrize("quick", [True, False])
def test_a_quick_run_is_called_one(quick: bool) -> None:
    page = benchmarks_page(Measured(results(*RUNS, quick=quick), [results()]), TEMPLATE)
    assert ("**This was a quick run**" in page) is quick


def test_machine_versions_and_commit_are_on_the_page() -> None:
    page = benchmarks_page(SLOW, TEMPLATE)
    for found in ("2026-11-25", "`abc1234`", "12.3 minutes", "4 runs", "2 cores", "8 GiB", "kafka 4.3.1"):
        assert found in page, found


def test_pictures_of_an_earlier_run_go_and_others_stay(tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    (images / "bench-gone-rows.svg").touch()
    (images / "graph.png").touch()
    write_page(SLOW, TEMPLATE, tmp_path / "page.md")
    assert sorted(path.name for path in images.iterdir()) == [*PICTURES, "graph.png"]


def test_the_command_writes_the_page_from_results_that_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    SLOW.regular.save(tmp_path / "results.json")
    SLOW.by_hand[0].save(tmp_path / "by-hand.json")
    page = tmp_path / "page.md"
    flags = ["--page-only", "--results", str(tmp_path / "results.json"), "--page", str(page)]
    flags += ["--by-hand-results", str(tmp_path / "by-hand.json")]
    assert main(flags) == 0
    assert page.read_text() == benchmarks_page(SLOW, TEMPLATE)


@pytest.mark.parametrize("flags", [["--page-only"], []], ids=["no page", "nothing to run with"])
def test_flags_that_lead_nowhere_are_refused(flags: list[str]) -> None:
    assert main([*flags, "--results", "results.json"]) == 2


def ratios_of(*runs: Run) -> str:
    page = benchmarks_page(Measured(results(*runs), [results()]), TEMPLATE)
    return page.split("### Beside the script and Flink\n")[1].split("\n### ")[0]


def test_both_engines_stand_beside_the_script_and_flink_where_they_shared_a_turn() -> None:
    runs = (
        run(HEADERS, "waybill-local", 1, rows_per_second=300.0),
        run(HEADERS, "script", 1, rows_per_second=150.0),
        run(HEADERS, "flink", 2, rows_per_second=100.0),
        run(HEADERS, "waybill", 2, rows_per_second=250.0),
    )
    found = ratios_of(*runs)
    assert f"| {HEADERS} | waybill-local | rows per second | 2 |  |  |" in found
    assert f"| {HEADERS} | waybill | rows per second |  |  | 2.5 |" in found


def test_engines_that_ran_alone_stand_beside_nobody() -> None:
    assert "Not measured in this run." in ratios_of(run(HEADERS, "waybill-local", 1, rows_per_second=300.0))


def test_other_machines_figures_stand_beside_this_ones() -> None:
    found = run(HEADERS, "script", 1, rows_per_second=123_000.0, whole_seconds=4.5)
    page = benchmarks_page(Measured(results(found), [results()]), TEMPLATE)
    told = page.split("### On other machines\n")[1].split("\n## ")[0]
    assert f"| {HEADERS} | script | this one | 123,000 | 4.5 |  |  |" in told
    assert f"| {HEADERS} | script | the first | 250,000 | 8.2 | 0.5 | 4.2 |" in told


def test_what_was_run_by_hand_is_shown_with_its_date_and_judged_by_its_own_runs() -> None:
    slow = run("pages of 5,000 users", "tutorial", 1, bench="producer", events_per_second=100.0)
    fast = run("pages of 5,000 users", "waybill", 1, bench="producer", events_per_second=9_000.0)
    page = benchmarks_page(Measured(results(), [results(slow, fast), results()]), TEMPLATE)
    assert "Run by hand on 2026-11-25, commit `abc1234`." in page
    assert line_with("one request, one record and one flush", page).endswith(
        "| ≥ 100 × | 90 × | 1 | **missed** |"
    )


def test_of_what_was_run_by_hand_in_several_runs_each_bench_has_the_date_of_its_own() -> None:
    few = run("10 receipts", "waybill", 1, bench="growth", startup_seconds=1.0)
    many = run("20 M rows", "waybill-local", 1, bench="large", rows_per_second=300_000.0)
    page = benchmarks_page(
        Measured(results(), [results(few), results(many).model_copy(update={"date": "2026-12-01"})]), TEMPLATE
    )
    told = page.split("### Twenty million records\n")[1].split("\n### ")[0]
    assert "Run by hand on 2026-12-01" in told
    assert "| 20 M rows | waybill-local | 300,000 | 1 |" in told
    assert "Run by hand on 2026-11-25" in page.split("### A ledger that grows, by hand\n")[1]
