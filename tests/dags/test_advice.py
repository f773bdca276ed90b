"""A failed task's log ends with what to do."""

from __future__ import annotations

import logging
import re
from types import SimpleNamespace
from typing import Any

import pytest
from waybill_dags.advice import TaskFailure, advice, say_what_to_do
from waybill_dags.program import ProgramRefused

from waybill_common.errors import exit_codes

RUN = SimpleNamespace(dag_id="name_stream_dag", task_id="verify_task", run_id="manual__1", try_number=2)


def failure(exit_code: int | None) -> TaskFailure:
    return TaskFailure("name_stream_dag", "verify_task", "manual__1", 2, exit_code, "something")


@pytest.mark.parametrize("code", exit_codes(), ids=lambda code: exit_codes()[code].__name__)
def test_each_code_is_named_with_its_kind_its_page_and_that_clearing_is_safe(code: int) -> None:
    kind, text = exit_codes()[code], advice(failure(code))
    assert text.startswith(
        "name_stream_dag.verify_task has failed (run manual__1, attempt 2).\n  found: something\n"
    )
    assert f"meaning: {kind.__name__}, {'transient' if kind.transient else 'terminal'}: " in text
    assert f"docs/errors.md#{kind.__name__.lower()};" in text
    assert "clear this task" in text
    assert "nothing is lost or doubled" in text


@pytest.mark.parametrize("code", [None, 1, -9, 137], ids=["no code", "bug", "killed", "killed below"])
def test_what_is_no_documented_code_is_said_to_be_none(code: int | None) -> None:
    text = advice(failure(code))
    assert "no documented exit code" in text
    assert "docs/airflow.md#when-a-task-fails" in text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ProgramRefused("waybill.pex", 40), ["exit code 40", "AuditFailed, terminal", "#auditfailed"]),
        (
            ProgramRefused("waybill.pex", 42),
            ["exit code 42", "NothingDelivered, terminal", "#nothingdelivered"],
        ),
        (TimeoutError("after 7200 s"), ["TimeoutError: after 7200 s", "no documented exit code"]),
        (None, ["no documented exit code"]),
    ],
    ids=["program", "nothing_delivered", "time-out", "nothing"],
)
def test_the_callback_logs_it_whatever_the_reason_was(
    error: Exception | None, words: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    context: Any = {"ti": RUN, "exception": error}
    with caplog.at_level(logging.ERROR, logger="waybill_dags.advice"):
        say_what_to_do(context)
    [record] = caplog.records
    assert not [word for word in words if word not in record.getMessage()]


def test_no_docstring_markup_reaches_people() -> None:
    assert not re.search("``", str(ProgramRefused("waybill.pex", 40)))
