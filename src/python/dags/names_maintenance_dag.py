"""
### Names: is delivery in time?

Every hour, at half past: fails, with numbers, before Kafka's retention takes what was never delivered.

| task | program | fails |
|---|---|---|
| `ledger_task` | `waybill.pex report` | where the last receipts can't be read, or contradict each other |
| `lag_task` | `waybill.pex lag` | beyond the bounds below (exit code 41), and where offsets are lost already (33) |

| bound | param | Variable | without both |
|---|---|---|---|
| part of retention that undelivered data has used | `max_retention_used` | `waybill_max_retention_used` | 0.8 |
| offsets that wait | `max_behind` | `waybill_max_behind` | none |

A param holds for one run, a Variable for all. With the nightly run alone a day of records waits at times, so two days
of retention are the least that 0.8 leaves in peace. This reads a few receipts and one record of each partition; what
is in the lake is compared record by record by `verify_task` of `name_stream_dag`.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Param
from waybill_dags.operator import ProgramOperator
from waybill_dags.program import HOME, option
from waybill_dags.task_defaults import START, TASKS

PARAMS = {
    "max_retention_used": Param(
        None,
        type=["null", "number"],
        minimum=0,
        title="Retention used",
        description="Largest part of retention that undelivered data may have used. Empty: the Variable, else 0.8.",
    ),
    "max_behind": Param(
        None,
        type=["null", "integer"],
        minimum=0,
        title="Offsets behind",
        description="Most offsets, of all partitions, that may wait. Empty: the Variable, else any number.",
    ),
}


def bound(param: str, default: str) -> str:
    """The param, else the Variable, else ``default``, as an expression for a templated field."""
    variable = f"var.value.get('waybill_{param}', {default})"
    return f"params.{param} if params.{param} is not none else {variable}"


with DAG(
    dag_id="names_maintenance_dag",
    description="Checks ledger and lag, and fails before data is lost",
    doc_md=__doc__,
    schedule="30 * * * *",
    start_date=START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=50),
    params=PARAMS,
    tags=["waybill", "maintenance"],
    default_args={**TASKS, "retries": 2, "max_retry_delay": timedelta(minutes=5)},
):
    ProgramOperator(
        task_id="ledger_task",
        command=[f"{HOME}/waybill.pex", "report", "--last=3"],
        sections=["stream", "lake"],
        execution_timeout=timedelta(minutes=10),
        doc_md="Reads the last receipts. Exit code 32 names an entry that can't be read.",
    )
    ProgramOperator(
        task_id="lag_task",
        command=[
            f"{HOME}/waybill.pex",
            "lag",
            option("--max-retention-used", bound("max_retention_used", "0.8")),
            option("--max-behind", bound("max_behind", "none")),
        ],
        sections=["stream", "kafka", "lake"],
        execution_timeout=timedelta(minutes=10),
        doc_md="Compares the frontier with the topic. Exit code 41 says how late delivery is.",
    )
