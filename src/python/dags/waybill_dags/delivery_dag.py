"""The DAG of a stream: what its topic holds, in the lake, every night."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG

from waybill_dags.dag_ids import STREAM_DAG
from waybill_dags.dag_stream import DagStream
from waybill_dags.stream_tasks import StreamTasks, acceptance_params, duration_param, registry_params
from waybill_dags.task_defaults import START, TASKS

_PUBLISH = "| `kafka_stream_task` | `producer.pex` | after `producer.streaming_duration` |\n"
_REDRIVEN = (
    "| `redriven_receipts_task` | `waybill.pex report --redriven` | with an event of the asset "
    "`waybill_{name}_redriven`; skipped where nothing was redriven |\n"
)
_TASKS = """\
| `spark_delivery_task` | `spark_app.zip`, or `waybill.pex deliver` | when what the topic held is in the lake |
| `verify_task` | `waybill.pex verify` | when topic and lake are compared, record by record |
| `receipts_task` | `waybill.pex report` | with an event of the asset `waybill_{name}`; skipped where nothing is new |
"""
_DOC = """
### {name}: from the topic {topic} to a verified lake

Every night at 01:00 UTC: {publish}deliver what is in the topic to the lake, prove it, and tell whoever waits for the
data.

| task | what runs | ends |
|---|---|---|
{tasks}
Each program is told `--stream={name}`. Columns by its contract: {columns}.

Read when a task runs: the Variables `waybill_home`, `waybill_engine` and `waybill_environment`, in which
`WAYBILL_STREAMS__{upper}__…` are settings of this stream alone, and the connections `waybill_spark`, `waybill_kafka`
and `waybill_s3`. Any task may be cleared and run again at any time: nothing is lost or doubled by that.
"""


def delivery_dag(stream: DagStream) -> DAG:
    """Of a stream that a source of ours fills the first task publishes; others fill the topic of any other."""
    tasks = StreamTasks(stream.name, (f"--stream={stream.name}",), stream.asks)
    params = {"streaming_duration": duration_param("source")} if stream.is_filled else {}
    with DAG(
        dag_id=f"{stream.name}{STREAM_DAG}",
        description=f"{stream.name}: from the topic {stream.topic} to a verified lake",
        doc_md=_doc(stream),
        schedule="0 1 * * *",
        start_date=START,
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(hours=12),
        params={**params, **acceptance_params(), **(registry_params() if stream.asks else {})},
        tags=["waybill", stream.name],
        default_args=TASKS,
    ) as dag:
        deliver, verify = tasks.deliver(), tasks.verify()
        deliver >> verify >> tasks.tell()
        if stream.is_filled:
            tasks.publish(doc_md="Fills the topic. Goes on after the last committed page.") >> deliver
        else:
            verify >> tasks.tell_redriven()
    return dag


def _doc(stream: DagStream) -> str:
    tasks = (_PUBLISH if stream.is_filled else "") + _TASKS + ("" if stream.is_filled else _REDRIVEN)
    return _DOC.format(
        name=stream.name,
        upper=stream.name.upper(),
        topic=stream.topic,
        publish="fill the topic from the source, " if stream.is_filled else "",
        tasks=tasks.format(name=stream.name),
        columns=", ".join(f"`{name}`" for name in stream.columns),
    )
