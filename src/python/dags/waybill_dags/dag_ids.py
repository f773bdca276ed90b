"""What the DAGs of a stream are called, and which of them Airflow wants where it runs a task."""

from __future__ import annotations

from airflow.sdk import get_parsing_context

FIRST_DAG = "name_stream_dag"
"""Of the stream that 0.1.0 carried, in a file of its own."""

STREAM_DAG, LAG_DAG, CONSUMER_DAG = "_stream_dag", "_maintenance_dag", "_consumer_dag"
"""What a stream's DAGs have after its name."""


def wanted() -> str | None:
    """The one DAG whose task is about to run; None where Airflow looks for all of them."""
    only: str | None = get_parsing_context().dag_id
    return only


def is_wanted(dag_id: str) -> bool:
    return wanted() in (None, dag_id)


def stream_of(dag_id: str) -> str | None:
    """None for a DAG that is of no stream."""
    for end in (STREAM_DAG, LAG_DAG, CONSUMER_DAG):
        if dag_id.endswith(end) and dag_id != FIRST_DAG:
            return dag_id.removesuffix(end)
    return None
