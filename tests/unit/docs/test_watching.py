"""docs/watching.md lists the figures of the code, and its alerts name no others. Names are as Prometheus asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from waybill_local.delivery_figures import FIGURES as OF_DELIVERY
from waybill_producer.producer_figures import FIGURES as OF_PRODUCER
from waybill_status.figures import Figure
from waybill_status.signs import LEAST_SECONDS, PATIENCE, START_SECONDS

PAGE = (Path(__file__).parents[3] / "docs" / "watching.md").read_text()
FIGURES = (*OF_DELIVERY, *OF_PRODUCER)
UNITS = ("seconds", "offset", "offsets", "healthy")
"""What a gauge or a histogram may end in; a counter counts what stands before `_total`."""


def row(figure: Figure) -> str:
    labels = ", ".join(f"`{label}`" for label in figure.labels)
    return f"| `{figure.name}` | {figure.kind} | {labels} | {figure.meaning} |"


def test_the_page_lists_each_figure_as_the_code_has_it() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `waybill_")]
    assert rows == [row(figure) for figure in FIGURES]


def test_the_page_names_no_other_figure() -> None:
    named = {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"\bwaybill_[a-z_]+", PAGE)}
    assert named == {figure.name for figure in FIGURES}


def test_the_pages_bounds_are_those_of_the_code() -> None:
    assert (PATIENCE, START_SECONDS, LEAST_SECONDS) == (3, 120, 5)
    for words in ("three times `delivery.trigger`", "two minutes", "less than 5 s"):
        assert words in PAGE


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_a_figures_name_says_its_program_its_unit_and_whether_it_only_grows(figure: Figure) -> None:
    assert re.fullmatch(r"waybill_(delivery|producer)_[a-z]+(_[a-z]+)*", figure.name)
    assert (figure.kind == "counter") is figure.name.endswith("_total")
    assert figure.kind == "counter" or figure.name.endswith(UNITS)
    assert figure.labels[0] == "stream"
    assert figure.meaning.endswith(".")
