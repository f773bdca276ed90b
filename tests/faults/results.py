"""``results.json`` from pytest's own reports: ``python -m faults.results REPORTS``. Standard library only.

Each cell's test leaves one record in the JUnit report; a test that failed counts as a run with a failure. The soak
leaves one of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from faults.guarantees import guarantees_page

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PAGE = HERE.parents[1] / "docs" / "guarantees.md"
_COMMON = ("seed", "versions")


def read_cells(reports: Path) -> Iterator[dict[str, Any]]:
    """The records of all reports below a folder, with ``runs`` and ``failures`` of 1 or 0."""
    for report in sorted(reports.rglob("*.xml")):
        for case in ElementTree.parse(report).getroot().iter("testcase"):  # noqa: S314  # pytest wrote it
            for found in case.iter("property"):
                if found.get("name") == "cell":
                    failed = any(child.tag in ("failure", "error") for child in case)
                    yield {**json.loads(found.get("value", "")), "runs": 1, "failures": int(failed)}


def summarize(cells: Sequence[dict[str, Any]], *, date: str) -> dict[str, Any]:
    """``{"date", "seed", "versions", "cells": […]}``; what all cells have in common is said once."""
    if len({json.dumps([cell[name] for name in _COMMON], sort_keys=True) for cell in cells}) != 1:
        raise ValueError(
            "the reports are not those of one run of the matrix: seeds or versions differ, or none is there"
        )
    kept = [{name: value for name, value in cell.items() if name not in _COMMON} for cell in cells]
    return {
        "date": date,
        **{name: cells[0][name] for name in _COMMON},
        "cells": sorted(kept, key=lambda one: one["id"]),
    }


def main(argv: Sequence[str]) -> int:
    results = summarize([*read_cells(Path(argv[0]))], date=datetime.now(UTC).date().isoformat())
    cells = results["cells"]
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    PAGE.write_text(guarantees_page(results))
    total = {
        name: sum(cell.get(name, 0) for cell in cells)
        for name in ("runs", "failures", "events", "lost", "doubled")
    }
    print(
        json.dumps({"cells": len(cells), **total, "seconds": round(sum(cell["seconds"] for cell in cells))})
    )
    return int(total["failures"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
