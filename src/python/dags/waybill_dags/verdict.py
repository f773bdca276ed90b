"""From a program's exit code to what Airflow is to do. Pure; the table of codes is ``waybill_common.errors``."""

from __future__ import annotations

from enum import StrEnum

from waybill_common.errors import OK, exit_codes

NOT_STARTED = (126, 127)
"""A shell's codes for a program that is no program, or not there: another try finds the same."""


class TaskVerdict(StrEnum):
    """What a task's end means."""

    DONE = "done"
    RETRY = "retry"
    FAIL = "fail"


def verdict(exit_code: int) -> TaskVerdict:
    """A documented terminal code fails at once. Whatever is not documented is tried again: it is a signal, or Spark's
    own end, and running a program again never doubles data."""
    if exit_code == OK:
        return TaskVerdict.DONE
    if exit_code in NOT_STARTED:
        return TaskVerdict.FAIL
    kind = exit_codes().get(exit_code)
    return TaskVerdict.FAIL if kind is not None and not kind.transient else TaskVerdict.RETRY


def explain(program: str, exit_code: int) -> str:
    """One line for the task's log and for whoever is called at night."""
    kind = exit_codes().get(exit_code)
    if kind is None:
        meaning = "not one of Waybill's codes: ended by a signal, by Spark, or by a bug"
    else:
        meaning = f"{kind.__name__}: {(kind.__doc__ or '').splitlines()[0].replace('``', '`').rstrip('.')}"
    return (
        f"{program} ended with exit code {exit_code} ({meaning}). Its last lines above say what was found and the "
        "remedy; docs/errors.md has a section for each code."
    )
