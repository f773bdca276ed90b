"""A run on a cluster: its splits go to every worker, and everything arrives once."""

from __future__ import annotations

from integration.artifacts import Pipeline
from integration.cluster.splits import carried, planned

from waybill_sandbox.spark.spark_cluster import SparkCluster


def test_both_workers_carry_splits_and_each_event_arrives_once(
    pipeline: Pipeline, cluster: SparkCluster, topic: str
) -> None:
    produced = pipeline.produce("--producer.pages", "3")
    # It goes on until it is told to stop: an executor that ends takes the last lines of its log along.
    driver = pipeline.start_submit("--delivery.rows-per-object", "20", "--delivery.trigger", "1 seconds")

    def by_worker() -> list[set[tuple[int, int, int]]]:
        return [carried(cluster, worker, topic) for worker in cluster.workers]

    pipeline.await_moment(driver, lambda: bool(pipeline.ledger("receipt")))
    pipeline.await_moment(driver, lambda: set().union(*by_worker()) == planned(pipeline))
    assert all(by_worker()), by_worker()
    driver.terminate()
    assert driver.wait(timeout=60) == 0, pipeline.log_of(driver)
    [receipt] = pipeline.ledger("receipt")
    assert receipt["rows"] == produced["events"]
    code, audit = pipeline.verify("--complete")
    assert (code, audit["findings"]) == (0, [])
