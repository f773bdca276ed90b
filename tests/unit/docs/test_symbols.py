"""Whatever a page calls by its dotted name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from unit.docs.symbols import is_there

ROOT = Path(__file__).parents[3]
INTERNALS = ROOT / "docs" / "internals.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def symbols(text: str) -> list[str]:
    return sorted(set(re.findall(r"`(waybill_[a-z]+(?:\.\w+)+)`", text)))


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if symbols(page.read_text())],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_symbol_of_a_page_is_there(page: Path) -> None:
    assert [name for name in symbols(page.read_text()) if not is_there(name)] == []


@pytest.mark.parametrize(
    "heading",
    [
        "Where a run stops",
        "Where loss is found",
        "How a redrive happens once",
        "How a second driver is fenced",
    ],
)
def test_internals_answers_its_questions_with_symbols(heading: str) -> None:
    section = INTERNALS.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    assert len(symbols(section)) > 5


@pytest.mark.parametrize(
    "name",
    [
        "waybill_common.ledger.journal.Journal.opened",
        "waybill_dags.spark_operator.patience",
        "waybill_no.thing",
    ],
)
def test_a_symbol_that_is_gone_is_found(name: str) -> None:
    assert not is_there(name)
