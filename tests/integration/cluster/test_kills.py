"""SIGKILL for parts of the cluster in mid-batch: the run goes on without them."""

from __future__ import annotations

import pytest
from integration.artifacts import Pipeline
from integration.cluster.splits import carried, planned

from waybill_sandbox.spark.spark_cluster import MASTER, SparkCluster

MANY_SPLITS = ("--delivery.rows-per-object", "10")
VICTIM = 1


@pytest.mark.parametrize("node", [VICTIM, MASTER], ids=["a_worker", "the_master"])
def test_a_run_survives_the_loss_of(node: int, pipeline: Pipeline, cluster: SparkCluster, topic: str) -> None:
    produced = pipeline.produce("--producer.pages", "5")
    driver = pipeline.start_submit(*MANY_SPLITS)
    pipeline.await_moment(driver, lambda: all(carried(cluster, worker, topic) for worker in cluster.workers))
    cluster.kill(node)
    stored, splits = pipeline.objects("data"), planned(pipeline)
    assert pipeline.ledger("receipt") == [], "killed too late to prove anything"
    assert 0 < len(stored) < len(splits), "killed too late to prove anything"
    assert driver.wait(timeout=120) == 0, pipeline.log_of(driver)
    [receipt] = pipeline.ledger("receipt")
    assert receipt["rows"] == produced["events"]
    [manifest] = pipeline.ledger("manifest")
    assert manifest["writer"] == receipt["writer"], "another run has finished it"
    code, audit = pipeline.verify("--complete")
    assert (code, audit["findings"]) == (0, [])
