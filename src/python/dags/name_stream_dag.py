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
from waybill_dags.delivery_operator import ENGINE, DeliveryOperator
from waybill_dags.operator import ProgramOperator
from waybill_dags.program import HOME, option
from waybill_dags.receipts import ReceiptsOperator
from waybill_dags.task_defaults import START, TASKS

PARAMS = {
    "streaming_duration": Param(
        None,
        type=["null", "number"],
        exclusiveMinimum=0,
        maximum=1500,
        title="Streaming duration",
        description="Seconds that this run polls the API. Empty: producer.streaming_duration.",
    ),
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
    "accept_loss": Param(
        default=False,
        type="boolean",
        title="Accept loss",
        description="Go on where Kafka's retention has taken undelivered offsets; the receipt records the lost range.",
    ),
    "accept_dead": Param(
        default=False,
        type="boolean",
        title="Accept dead letters",
        description="Go on where too many of the last records are dead letters; this run's commits record that.",
    ),
}

with DAG(
    dag_id="name_stream_dag",
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
):
    publish = ProgramOperator(
        task_id="kafka_stream_task",
        command=[
            f"{HOME}/producer.pex",
            option("--producer.streaming-duration", "params.streaming_duration"),
            option("--source.results", "params.results"),
            option("--source.seed", "params.seed"),
        ],
        sections=["stream", "kafka", "registry", "source", "producer", "pseudonym", "status"],
        execution_timeout=timedelta(minutes=30),
        doc_md="Polls the API into Kafka, one transaction a page. Goes on after the last committed page.",
    )
    deliver = DeliveryOperator(
        task_id="spark_delivery_task",  # its name since 0.1.0, whichever engine delivers
        home=HOME,
        engine=ENGINE,
        options=[
            "--delivery.trigger=available-now",
            "--delivery.accept-loss={{ params.accept_loss | lower }}",
            "--delivery.accept-dead={{ params.accept_dead | lower }}",
        ],
        execution_timeout=timedelta(hours=4),
        doc_md="Delivers the topic to the lake. Finishes first what an earlier run left open.",
    )
    verify = ProgramOperator(
        task_id="verify_task",
        command=[f"{HOME}/waybill.pex", "verify"],
        sections=["stream", "kafka", "lake"],
        execution_timeout=timedelta(hours=2),
        doc_md="Compares topic and lake. Exit code 40 names what is missing, doubled, orphaned or altered; 42 says "
        "that none of the topic's records was delivered: look at `spark_delivery_task`, and at each task's `lake.url`.",
    )
    receipts = ReceiptsOperator(
        task_id="receipts_task",
        command=[f"{HOME}/waybill.pex", "report", "--json"],
        execution_timeout=timedelta(minutes=30),
        doc_md="One event of the asset `waybill_names` for all receipts since the last one. Skipped where none is new.",
    )
    publish >> deliver >> verify >> receipts
