"""The guarantees page is what the committed results give, and the reports' records become those results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from faults.guarantees import guarantees_page
from faults.results import PAGE, RESULTS, read_cells, summarize

CELL = {
    "id": "a",
    "component": "store",
    "seed": 1,
    "versions": {"store": "moto"},
    "seconds": 1.0,
    "promise": "STORE",
}
REPORT = """<testsuites><testsuite>
<testcase name="a"><properties><property name="cell" value='{cell}'/></properties></testcase>
<testcase name="b"><properties><property name="suite" value="unit"/></properties></testcase>
<testcase name="c"><properties><property name="cell" value='{cell}'/></properties><failure/></testcase>
</testsuite></testsuites>"""


def test_the_page_is_that_of_the_committed_results() -> None:
    assert PAGE.read_text() == guarantees_page(json.loads(RESULTS.read_text()))


def test_the_committed_results_are_of_sixty_cells_at_least_with_nothing_lost_or_doubled() -> None:
    cells = json.loads(RESULTS.read_text())["cells"]
    assert len(cells) >= 60
    assert {(cell["lost"], cell["doubled"], cell["failures"]) for cell in cells} == {(0, 0, 0)}
    assert all(cell["events"] > 0 for cell in cells)


def test_a_failed_cell_is_a_run_with_a_failure(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT.format(cell=json.dumps(CELL)))
    cells = [*read_cells(tmp_path)]
    assert [(cell["runs"], cell["failures"]) for cell in cells] == [(1, 0), (1, 1)]
    results = summarize(cells, date="2026-11-25")
    assert (results["seed"], results["versions"]) == (1, {"store": "moto"})
    assert "seed" not in results["cells"][0]


def test_reports_of_two_runs_are_no_result() -> None:
    with pytest.raises(ValueError, match="seeds or versions differ"):
        summarize([CELL, CELL | {"seed": 2}], date="2026-11-25")
