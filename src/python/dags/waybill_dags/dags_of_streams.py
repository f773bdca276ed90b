"""Which DAGs there are to be: three of each stream, or the one whose task is about to run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from airflow.sdk import DAG

from waybill_common.errors import SettingsRefused
from waybill_dags.bundle_streams import BundleStreams, as_one
from waybill_dags.consumer_dag import consumer_dag
from waybill_dags.dag_ids import CONSUMER_DAG, LAG_DAG, STREAM_DAG, stream_of, wanted
from waybill_dags.dag_stream import DagStream
from waybill_dags.delivery_dag import delivery_dag
from waybill_dags.lag_dag import lag_dag

KINDS: Mapping[str, Callable[[DagStream], DAG]] = {
    STREAM_DAG: delivery_dag,
    LAG_DAG: lag_dag,
    CONSUMER_DAG: consumer_dag,
}


def dags_of_streams(environ: Mapping[str, str]) -> Iterator[DAG]:
    """A stream whose folder is refused has none. Raises ``SettingsRefused`` where a task of such a one is to run."""
    only = wanted()
    if only is None:
        found = BundleStreams(environ).all()
        for stream in found.streams:
            yield from (
                build(stream)
                for end, build in KINDS.items()
                if not (end == STREAM_DAG and stream.name == found.first)
            )
        return
    name = stream_of(only)
    wanted_stream = None if name is None else BundleStreams(environ).find(name)
    if wanted_stream is not None:
        yield KINDS[only.removeprefix(wanted_stream.name)](wanted_stream)


def refusal(environ: Mapping[str, str]) -> SettingsRefused | None:
    """What is wrong with folders, for Airflow's list of import errors. A task is none of its business."""
    return None if wanted() is not None else as_one(BundleStreams(environ).all().refused)
