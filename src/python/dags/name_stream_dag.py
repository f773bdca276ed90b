"""
### Names: from the API to a verified lake

Every night at 01:00 UTC: poll the API into Kafka for two minutes, deliver what is in the topic to the lake, prove it,
and tell whoever waits for the data.

| task | what runs | ends |
|---|---|---|
| `kafka_stream_task` | `producer.pex` | after `producer.streaming_duration` |
| `spark_delivery_task` | `spark_app.zip`, or `waybill.pex deliver` | when what the topic held is in the lake |
| `verify_task` | `waybill.pex verify` | when topic and lake are compared, record by record |
| `receipts_task` | `waybill.pex report` | with an event of the asset `waybill_names`; skipped where nothing is new |

Read when a task runs: **Variables** `waybill_home`, the folder of the artifacts (default `/opt/waybill`),
`waybill_engine`, which delivers: `spark` (the default) or `local`, the worker's own processes without Spark; and
`waybill_environment`, a JSON object of `WAYBILL_…` settings over those of the worker; **connections** `waybill_spark`,
whose host is Spark's master (`local[*,4]` without one), `waybill_kafka` and `waybill_s3`. **Params** hold for one run;
those that are empty leave the settings as they are.

**When a task fails**, its log ends with what was found, what is allowed and the remedy, and says which page explains
it. Exit codes that mean "somebody has to change something first" fail at once; the others are tried again, later and
later. Any task may be cleared and run again at any time: nothing is lost or doubled by that. A run that did not
happen is not caught up with, because the next one delivers whatever the topic holds.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Param
from waybill_dags.dag_ids import FIRST_DAG, is_wanted
from waybill_dags.program import option
from waybill_dags.stream_tasks import StreamTasks, acceptance_params, duration_param
from waybill_dags.task_defaults import START, TASKS

PARAMS = {
    "streaming_duration": duration_param("API"),
    "results": Param(
        None,
        type=["null", "integer"],
        minimum=1,
        maximum=5000,
        title="Users a page",
        description="A page is one transaction; fixed for a seed's whole life. Empty: source.results.",
    ),
    "seed": Param(
        None,
        type=["null", "string"],
        pattern="^[A-Za-z0-9_-]{1,64}$",
        title="Seed",
        description="Makes the API's pages repeatable; a new one begins at page 1. Empty: source.seed.",
    ),
    **acceptance_params(),
}


def name_stream_dag() -> DAG:
    tasks = StreamTasks("names")
    with DAG(
        dag_id=FIRST_DAG,
        description="Names from the API through Kafka to a verified lake",
        doc_md=__doc__,
        schedule="0 1 * * *",
        start_date=START,
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(hours=12),
        params=PARAMS,
        tags=["waybill", "names"],
        default_args=TASKS,
    ) as dag:
        publish = tasks.publish(
            option("--source.results", "params.results"),
            option("--source.seed", "params.seed"),
            doc_md="Polls the API into Kafka, one transaction a page. Goes on after the last committed page.",
        )
        publish >> tasks.deliver() >> tasks.verify() >> tasks.tell()
    return dag


dag = name_stream_dag() if is_wanted(FIRST_DAG) else None
