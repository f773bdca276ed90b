"""What to do when a task has failed for good. ``advice`` is pure, ``say_what_to_do`` Airflow's callback."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from airflow.sdk import Context

from waybill_common.errors import exit_codes
from waybill_common.printable import MOST, printable
from waybill_dags.program import ProgramEnded


@dataclass(frozen=True)
class TaskFailure:
    """``exit_code`` is None where no program's end was the reason: a time-out, a kill, Airflow itself."""

    dag_id: str
    task_id: str
    run_id: str
    attempt: int
    exit_code: int | None
    found: str


def advice(failure: TaskFailure) -> str:
    """For whoever is called at night: what failed, what that means, and what to do."""
    kind = exit_codes().get(failure.exit_code) if failure.exit_code is not None else None
    if kind is None:
        meaning = "no documented exit code: a time-out, a signal, Spark's own end, or a bug; the log above says which"
        page = "docs/airflow.md#when-a-task-fails"
    elif kind.transient:
        meaning = (
            f"{kind.__name__}, transient: something was out of reach in each of {failure.attempt} attempts"
        )
        page = f"docs/errors.md#{kind.__name__.lower()}"
    else:
        meaning = f"{kind.__name__}, terminal: somebody has to change something first"
        page = f"docs/errors.md#{kind.__name__.lower()}"
    return "\n".join(
        (
            f"{failure.dag_id}.{failure.task_id} has failed (run {failure.run_id}, attempt {failure.attempt}).",
            f"  found: {printable(failure.found, MOST)}",
            f"  meaning: {meaning}.",
            f"  remedy: {page}; the program's last lines above name the values.",
            "  then: clear this task and those after it. That is safe at any time: nothing is lost or doubled by it.",
        )
    )


def say_what_to_do(context: Context) -> None:
    """Into the task's log. Airflow logs a callback's own failure and keeps the task's."""
    task, error = context["ti"], context.get("exception")
    failure = TaskFailure(
        dag_id=task.dag_id,
        task_id=task.task_id,
        run_id=task.run_id,
        attempt=task.try_number,
        exit_code=error.exit_code if isinstance(error, ProgramEnded) else None,
        found=str(error) if isinstance(error, ProgramEnded) else f"{type(error).__name__}: {error}",
    )
    logging.getLogger(__name__).error("%s", advice(failure))
