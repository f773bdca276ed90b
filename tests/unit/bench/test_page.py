"""The page is that of the committed results, says what was missed, and leaves nothing of an earlier run."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.bench.runs import results, run

from waybill_bench.cli import main
from waybill_bench.page import benchmarks_page, pictures, write_page
from waybill_bench.result import Results
from waybill_bench.targets import FOLDER, TARGETS

ROOT = Path(__file__).parents[3]
TEMPLATE = (ROOT / "benchmarks" / "page.md").read_text()
DOCS = ROOT / "docs"
SLOW = results(
    run(FOLDER, "waybill", 1, rows_per_second=150.0, peak_megabytes=900),
    run(FOLDER, "spark-file", 1, rows_per_second=100.0),
    run(FOLDER, "waybill", 2, rows_per_second=170.0, peak_megabytes=950),
    run(FOLDER, "spark-file", 2, rows_per_second=100.0),
)


def line_with(text: str, page: str) -> str:
    return next(line for line in page.splitlines() if text in line)


def test_the_page_and_its_pictures_are_those_of_the_committed_results() -> None:
    committed = Results.load(ROOT / "benchmarks" / "results.json")
    assert (DOCS / "benchmarks.md").read_text() == benchmarks_page(committed, TEMPLATE)
    drawn = {path.name: path.read_text() for path in (DOCS / "images").glob("bench-*.svg")}
    assert drawn == pictures(committed, TEMPLATE)


def test_a_missed_target_is_shown_with_what_was_found() -> None:
    line = line_with("rows/s, over Spark's file sink, folder", benchmarks_page(SLOW, TEMPLATE))
    assert line.endswith("| ≥ 2 × | 1.6 (1.5 to 1.7) × | 2 | **missed** |")


def test_targets_without_runs_are_counted_as_not_measured() -> None:
    page = benchmarks_page(SLOW, TEMPLATE)
    assert f"Of {len(TARGETS)} targets: 0 met, 1 missed, {len(TARGETS) - 1} not measured." in page
    assert page.count("**not measured**") == len(TARGETS) - 1


def test_every_contender_has_a_line_with_all_its_values() -> None:
    page = benchmarks_page(SLOW, TEMPLATE)
    assert "| case | contender | rows per second | peak megabytes | runs |" in page
    assert f"| {FOLDER} | waybill | 160 (150 to 170) | 925 (900 to 950) | 2 |" in page
    assert f"| {FOLDER} | spark-file | 100 (100 to 100) |  | 2 |" in page


def test_what_no_run_measured_has_neither_table_nor_picture() -> None:
    page = benchmarks_page(SLOW, TEMPLATE)
    assert "bench-sink-rows-per-second.svg" in page
    assert [*pictures(SLOW, TEMPLATE)] == ["bench-sink-rows-per-second.svg"]
    assert page.split("## Recovery\n")[1].split("\n## ")[0].rstrip().endswith("Not measured in this run.")


@pytest.mark.parametrize("quick", [True, False])
def test_a_quick_run_is_called_one(quick: bool) -> None:
    page = benchmarks_page(results(*SLOW.runs, quick=quick), TEMPLATE)
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
    assert sorted(path.name for path in images.iterdir()) == ["bench-sink-rows-per-second.svg", "graph.png"]


def test_the_command_writes_the_page_from_results_that_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    SLOW.save(tmp_path / "results.json")
    page = tmp_path / "page.md"
    flags = ["--page-only", "--results", str(tmp_path / "results.json"), "--page", str(page)]
    assert main(flags) == 0
    assert page.read_text() == benchmarks_page(SLOW, TEMPLATE)


@pytest.mark.parametrize("flags", [["--page-only"], []], ids=["no page", "nothing to run with"])
def test_flags_that_lead_nowhere_are_refused(flags: list[str]) -> None:
    assert main([*flags, "--results", "results.json"]) == 2
