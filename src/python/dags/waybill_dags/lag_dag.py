"""The DAG that looks whether a stream's delivery is in time."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Param

from waybill_dags.dag_ids import LAG_DAG
from waybill_dags.dag_stream import DagStream
from waybill_dags.operator import ProgramOperator
from waybill_dags.program import HOME, option
from waybill_dags.task_defaults import START, TASKS

_DOC = """
### {name}: is delivery in time?

Every hour, at half past: fails, with numbers, before Kafka's retention takes what was never delivered.

| task | program | fails |
|---|---|---|
| `ledger_task` | `waybill.pex report` | where the last receipts can't be read, or contradict each other |
| `lag_task` | `waybill.pex lag` | beyond the bounds below (exit code 41), and where offsets are lost already (33) |

| bound | param | Variable | without both |
|---|---|---|---|
| part of retention that undelivered data has used | `max_retention_used` | `waybill_max_retention_used` | 0.8 |
| offsets that wait | `max_behind` | `waybill_max_behind` | none |

A param holds for one run, a Variable for all, of every stream. With the nightly run alone a day of records waits at
times, so two days of retention are the least that 0.8 leaves in peace. This reads a few receipts and one record of
each partition; what is in the lake is compared record by record by `verify_task` of the stream's own DAG.
"""


def lag_dag(stream: DagStream) -> DAG:
    with DAG(
        dag_id=f"{stream.name}{LAG_DAG}",
        description="Checks ledger and lag, and fails before data is lost",
        doc_md=_DOC.format(name=stream.name),
        schedule="30 * * * *",
        start_date=START,
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(minutes=50),
        params=_params(),
        tags=["waybill", "maintenance", stream.name],
        default_args={**TASKS, "retries": 2, "max_retry_delay": timedelta(minutes=5)},
    ) as dag:
        ProgramOperator(
            task_id="ledger_task",
            command=[f"{HOME}/waybill.pex", "report", f"--stream={stream.name}", "--last=3"],
            sections=["stream", "lake"],
            stream=stream.name,
            execution_timeout=timedelta(minutes=10),
            doc_md="Reads the last receipts. Exit code 32 names an entry that can't be read.",
        )
        ProgramOperator(
            task_id="lag_task",
            command=[
                f"{HOME}/waybill.pex",
                "lag",
                f"--stream={stream.name}",
                option("--max-retention-used", _bound("max_retention_used", "0.8")),
                option("--max-behind", _bound("max_behind", "none")),
            ],
            sections=["stream", "kafka", "lake"],
            stream=stream.name,
            execution_timeout=timedelta(minutes=10),
            doc_md="Compares the frontier with the topic. Exit code 41 says how late delivery is.",
        )
    return dag


def _params() -> dict[str, Param]:
    return {
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


def _bound(param: str, default: str) -> str:
    """The param, else the Variable, else ``default``, as an expression for a templated field."""
    variable = f"var.value.get('waybill_{param}', {default})"
    return f"params.{param} if params.{param} is not none else {variable}"
