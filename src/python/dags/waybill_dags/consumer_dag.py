"""The example of a stream's consumer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Asset, Variable, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from waybill_dags.asset_events import EventsDiffer, deliveries
from waybill_dags.dag_ids import CONSUMER_DAG
from waybill_dags.dag_stream import DagStream
from waybill_dags.printable_log import PrintableLog
from waybill_dags.program import ask, program_environment
from waybill_dags.receipts import SECTIONS, asset_of
from waybill_dags.task_defaults import START, TASKS

log = PrintableLog(logging.getLogger(__name__))

_DOC = """
### Example: a consumer of {name}

Runs whenever the asset `waybill_{name}` says what arrived, and reads exactly that: the objects of the receipts that its
events name, no folder listing, nothing twice and nothing left out. Several events may have come together; each names
its own commits.

`rows_task` counts rows by `{few}`. Copy it from `waybill_dags/consumer_dag.py`, and put your own program where `--by`
is: `report --objects --json` lists each object's key, rows, bytes and sha256, and Spark, DuckDB or pandas read them as
plain Parquet.

It writes nothing, so it may be cleared and run again at any time. A run that somebody starts by hand has no event, and
is skipped.
"""


def consumer_dag(stream: DagStream) -> DAG:
    asset = asset_of(stream.name)
    with DAG(
        dag_id=f"{stream.name}{CONSUMER_DAG}",
        description=f"Example: counts what arrived by {stream.few}",
        doc_md=_DOC.format(name=stream.name, few=stream.few),
        schedule=[asset],
        start_date=START,
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(hours=2),
        tags=["waybill", "example", stream.name],
        default_args=TASKS,
    ) as dag:

        @task(
            execution_timeout=timedelta(hours=1),
            doc_md=f"Rows by {stream.few} in the objects of the events' receipts: in the log, and as the XCom "
            "`return_value`.",
        )
        def rows_task(triggering_asset_events: Mapping[Any, Any] | None = None) -> dict[str, int]:
            # Airflow hands it in by its name.
            return rows_of(stream, asset, triggering_asset_events or {})

        rows_task()
    return dag


def rows_of(stream: DagStream, asset: Asset, events: Mapping[Any, Any]) -> dict[str, int]:
    """Raises ``AirflowSkipException`` without an event, ``AirflowFailException`` where one is not as the receipts."""
    extras = [event.extra for event in events.get(asset, ())]
    if not extras:
        raise AirflowSkipException("no event, so no receipts: this run was started by hand")
    tool = f"{Variable.get('waybill_home', default='/opt/waybill')}/waybill.pex"
    environment = program_environment(SECTIONS, stream.name)
    counts: dict[str, int] = {}
    try:
        for one in deliveries(extras):
            span = f"--commits={one.first}-{one.last}"
            words = [tool, "report", f"--stream={stream.name}", span, f"--by={stream.few}", "--json"]
            report = ask(words, environment, log)
            one.check(report)
            for value, rows in report["by"]["rows"].items():
                counts[value] = counts.get(value, 0) + rows
    except EventsDiffer as error:
        raise AirflowFailException(
            f"Event and receipts differ: {error}. Allowed: the same numbers. Remedy: check that both DAGs use one "
            "lake, then `waybill verify`."
        ) from error
    for value, rows in sorted(counts.items(), key=lambda item: -item[1]):
        log.info("%s: %s", value, rows)
    return counts
