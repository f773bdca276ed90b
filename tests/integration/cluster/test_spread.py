"""A run on a cluster: its splits go to every worker, and everything arrives once."""

from __future__ import annotations

from integration.artifacts import Pipeline
from integration.cluster.splits import carried
from integration.cluster.splits import planned

from waybill_sandbox.spark import SparkCluster


def test_both_workers_carry_splits_and_each_event_arrives_once(
    pipeline: Pipeline, cluster: SparkCluster, topic: str
) -> None:
    produced = pipeline.produce("--producer.pages", "3")
    delivered = pipeline.submitted("--delivery.rows-per-object", "20")
    assert (delivered["commits"], delivered["rows"]) == ([1], produced["events"])
    by_worker = [carried(cluster, worker, topic) for worker in cluster.workers]
    assert all(by_worker), by_worker
    assert set().union(*by_worker) == planned(pipeline)
    code, audit = pipeline.verify("--complete")
    assert (code, audit["findings"]) == (0, [])
