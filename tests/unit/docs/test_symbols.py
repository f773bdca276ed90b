"""Whatever a page calls by its dotted name is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
INTERNALS = ROOT / "docs" / "internals.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
WITH_AIRFLOW = {"waybill_dags": "dags", "waybill_airflow": "airflow_bundle"}
"""Packages that need Airflow, which is not among these tests' requirements: they are read, not imported."""


def symbols(page: Path) -> list[str]:
    found = re.findall(r"`(waybill_[a-z]+(?:\.\w+)+)`", page.read_text())
    return sorted(set(found))


def is_importable(name: str) -> bool:
    """A module, or an attribute of one, or one of a class in it."""
    words = name.split(".")
    for length in range(len(words), 0, -1):
        module, rest = ".".join(words[:length]), words[length:]
        try:
            found: object = import_module(module)
        except ModuleNotFoundError as error:
            if error.name is None or not module.startswith(error.name):
                raise
            continue
        for word in rest:
            found = getattr(found, word, None)
        return found is not None
    return False


def is_written(name: str, sources: Path) -> bool:
    """The same, from the source alone."""
    words = name.split(".")
    for length in range(len(words), 0, -1):
        base = sources.joinpath(*words[:length])
        for file in (base.with_suffix(".py"), base / "__init__.py"):
            if file.is_file():
                return defines(ast.parse(file.read_text()), words[length:])
    return False


def defines(node: ast.AST, words: list[str]) -> bool:
    if not words:
        return True
    return any(name == words[0] and defines(inner, words[1:]) for name, inner in definitions(node))


def definitions(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.FunctionDef | ast.ClassDef):
            yield inner.name, inner
        elif isinstance(inner, ast.Assign):
            yield from ((one.id, inner) for one in inner.targets if isinstance(one, ast.Name))
        elif isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
            yield inner.target.id, inner


def is_there(name: str) -> bool:
    folder = WITH_AIRFLOW.get(name.split(".")[0])
    return is_importable(name) if folder is None else is_written(name, ROOT / "src" / "python" / folder)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if symbols(page)], ids=lambda page: str(page.relative_to(ROOT))
)
def test_every_symbol_of_a_page_is_there(page: Path) -> None:
    assert [name for name in symbols(page) if not is_there(name)] == []


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
    assert len(set(re.findall(r"`waybill_\w+(?:\.\w+)+`", section))) > 5


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
