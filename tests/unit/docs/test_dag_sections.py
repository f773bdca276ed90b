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
        for file in sorted(DAGS.glob("*.py"))
        for found in _TASK.finditer(file.read_text())
    ]


def sections(names: tuple[str, ...]) -> set[str]:
    return {name.partition(".")[0] for name in names} - _OF_ALL


def test_each_program_of_the_dags_is_found() -> None:
    assert sorted(name for name, _ in tasks()) == ["lag", "producer", "report", "verify"]


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
