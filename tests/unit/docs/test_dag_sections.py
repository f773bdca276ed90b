"""A task of the DAGs names the sections of the settings that its program declares, and no others."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from waybill_common.settings import DELIVERING
from waybill_ops.commands import lag, report, verify
from waybill_producer import cli as producer

DAGS = Path(__file__).parents[3] / "src" / "python" / "dags"
_TASK = re.compile(
    r'command=\[\s*f"\{HOME\}/(?P<program>[a-z]+)\.pex",(?:\s*"(?P<verb>[a-z]+)")?.*?sections=(?P<sections>\[[^\]]*\])',
    re.DOTALL,
)
_OPERATORS = {"DeliveryOperator", "ProgramOperator", "ReceiptsOperator"}
_OF_ALL = {"log", "security"}
_DECLARED = {
    "producer": producer.SETTINGS,
    "verify": verify.SETTINGS,
    "report": report.SETTINGS,
    "lag": lag.SETTINGS,
}


def tasks() -> list[tuple[str, set[str]]]:
    return [
        (found["verb"] or found["program"], set(ast.literal_eval(found["sections"])))
        for file in sorted(DAGS.rglob("*.py"))
        for found in _TASK.finditer(file.read_text())
    ]


def sections(names: tuple[str, ...]) -> set[str]:
    return {name.partition(".")[0] for name in names} - _OF_ALL


def test_each_program_of_the_dags_is_found() -> None:
    assert sorted(name for name, _ in tasks()) == ["lag", "producer", "report", "verify"]


def test_a_task_says_whose_settings_its_program_gets() -> None:
    """Else it would see those of every stream."""
    written = [
        node
        for file in sorted(DAGS.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _OPERATORS
    ]
    assert len(written) == 7
    assert all("stream" in {one.arg for one in node.keywords} for node in written)


@pytest.mark.parametrize("verb", _DECLARED)
def test_a_task_gets_what_its_program_declares(verb: str) -> None:
    assert [found for name, found in tasks() if name == verb] == [sections(_DECLARED[verb])]


@pytest.mark.parametrize(
    ("module", "names"),
    [("receipts", report.SETTINGS), ("spark_operator", DELIVERING)],
    ids=["receipts", "Spark"],
)
def test_so_does_an_operator_that_knows_its_program(module: str, names: tuple[str, ...]) -> None:
    found = re.search(
        r"^SECTIONS = (\(.*\))$", (DAGS / "waybill_dags" / f"{module}.py").read_text(), re.MULTILINE
    )
    assert found is not None
    assert set(ast.literal_eval(found[1])) == sections(names)
