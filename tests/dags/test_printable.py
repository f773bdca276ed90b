"""What programs print into a task's log is obeyed by no terminal that shows it."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from waybill_dags.advice import TaskFailure, advice
from waybill_dags.operator import ProgramHook
from waybill_dags.program import ask
from waybill_dags.spark_operator import DriverHook

HOSTILE = "esc\x1b[2J\x9b2J\u202e\u2028"
SHOWN = r"esc\x1b[2J\x9b2J\u202e\u2028"


class Log:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, message: str, /, *args: Any) -> None:
        self.lines.append(message % args if args else message)


def test_a_question_to_a_program() -> None:
    log = Log()
    program = f"import sys; sys.stderr.write({HOSTILE + chr(10)!r}); print('{{}}')"
    assert ask([sys.executable, "-X", "utf8", "-c", program], {"PYTHONIOENCODING": "utf-8"}, log) == {}
    assert log.lines[-1] == SHOWN


@pytest.mark.parametrize("kind", [ProgramHook, DriverHook], ids=["program", "driver"])
def test_a_hooks_lines(kind: type[ProgramHook | DriverHook]) -> None:
    told, log = kind().log, Log()
    told._log = log
    told.info("%s", HOSTILE)
    told.info(HOSTILE)
    assert log.lines == [SHOWN, SHOWN]


def test_the_advice_quotes_on_one_line() -> None:
    told = advice(TaskFailure("dag", "task", "run", 1, None, f"{HOSTILE}\n  remedy: none"))
    assert f"  found: {SHOWN}\\n  remedy: none" in told.splitlines()
