"""
### Names: from the API to a verified lake

Every night at 01:00 UTC: poll the API into Kafka for two minutes, deliver what is in the topic to the lake, prove it.

| task | program | ends |
|---|---|---|
| `kafka_stream_task` | `producer.pex` | after `producer.streaming_duration` |
| `spark_delivery_task` | `waybill.pex submit` of `spark_app.zip` | when what the topic held is in the lake |
| `verify_task` | `waybill.pex verify` | when topic and lake are compared, record by record |

**Variables**, read when a task runs: `waybill_home`, the folder of the three artifacts (default `/opt/waybill`);
`waybill_spark_master` (default `local[*]`); `waybill_environment`, a JSON object of `WAYBILL_…` settings over those of
the worker. Secrets go in as `WAYBILL_…_FILE`, which names a file on the worker.

**When a task fails**, its log ends with what was found, what is allowed and the remedy. Exit codes that say
"somebody has to change something first" fail at once; the others are tried again, later and later. Any task may be
cleared and run again at any time: nothing is lost or doubled by that. A run that did not happen is not caught up with,
because the next one delivers whatever the topic holds.
"""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from datetime import timedelta

from airflow.sdk import DAG
from waybill_dags.operator import ProgramOperator

HOME = "{{ var.value.get('waybill_home', '/opt/waybill') }}"
MASTER = "{{ var.value.get('waybill_spark_master', 'local[*]') }}"

with DAG(
    dag_id="name_stream_dag",
    description="Names from the API through Kafka to a verified lake",
    doc_md=__doc__,
    schedule="0 1 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    tags=["waybill", "names"],
    default_args={
        "owner": "waybill",
        "retries": 4,
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=20),
    },
):
    publish = ProgramOperator(
        task_id="kafka_stream_task",
        command=[f"{HOME}/producer.pex"],
        execution_timeout=timedelta(minutes=30),
        doc_md="Polls the API into Kafka, one transaction a page. Goes on after the last committed page.",
    )
    deliver = ProgramOperator(
        task_id="spark_delivery_task",
        command=[f"{HOME}/waybill.pex", "submit", "--bundle", f"{HOME}/spark_app.zip", "--master", MASTER],
        execution_timeout=timedelta(hours=4),
        doc_md="Delivers the topic to the lake. Finishes first what an earlier run left open.",
    )
    verify = ProgramOperator(
        task_id="verify_task",
        command=[f"{HOME}/waybill.pex", "verify"],
        execution_timeout=timedelta(hours=2),
        doc_md="Compares topic and lake. Exit code 40 names what is missing, doubled, orphaned or altered.",
    )
    publish >> deliver >> verify
