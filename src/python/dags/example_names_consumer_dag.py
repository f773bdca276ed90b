"""
### Example: a consumer of the names

Runs whenever `name_stream_dag` has said what arrived, and reads exactly that: the objects of the receipts which the
asset's events name, no folder listing, nothing twice and nothing left out. Several events may have come together;
each names its own commits.

`countries_task` counts rows by country. Copy it, and put your own program where `--by` is: `report --objects --json`
lists each object's key, rows, bytes and sha256, and Spark, DuckDB or pandas read them as plain Parquet.

It writes nothing, so it may be cleared and run again at any time. A run that somebody starts by hand has no event,
and is skipped.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Variable, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from waybill_dags.asset_events import EventsDiffer, deliveries
from waybill_dags.printable_log import PrintableLog
from waybill_dags.program import ask, program_environment
from waybill_dags.receipts import NAMES
from waybill_dags.task_defaults import START, TASKS

log = PrintableLog(logging.getLogger(__name__))

with DAG(
    dag_id="names_consumer_dag",
    description="Example: counts what arrived by country",
    doc_md=__doc__,
    schedule=[NAMES],
    start_date=START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=2),
    tags=["waybill", "example"],
    default_args=TASKS,
):

    @task(
        execution_timeout=timedelta(hours=1),
        doc_md="Rows by country in the objects of the events' receipts: in the log, and as the XCom `return_value`.",
    )
    def countries_task(triggering_asset_events: Mapping[Any, Any] | None = None) -> dict[str, int]:
        # Airflow hands it in by its name.
        events = [event.extra for event in (triggering_asset_events or {}).get(NAMES, ())]
        if not events:
            raise AirflowSkipException("no event, so no receipts: this run was started by hand")
        tool = f"{Variable.get('waybill_home', default='/opt/waybill')}/waybill.pex"
        environment = program_environment(["stream", "lake"])
        counts: dict[str, int] = {}
        try:
            for one in deliveries(events):
                span = f"--commits={one.first}-{one.last}"
                report = ask([tool, "report", span, "--by=country", "--json"], environment, log)
                one.check(report)
                for country, rows in report["by"]["rows"].items():
                    counts[country] = counts.get(country, 0) + rows
        except EventsDiffer as error:
            raise AirflowFailException(
                f"Event and receipts differ: {error}. Allowed: the same numbers. Remedy: check that both DAGs use one "
                "lake, then `waybill verify`."
            ) from error
        for country, rows in sorted(counts.items(), key=lambda item: -item[1]):
            log.info("%s: %s", country, rows)
        return counts

    countries_task()
