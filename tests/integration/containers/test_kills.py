"""SIGKILL for the driver, for MinIO and for a broker in the middle of a delivery: verify finds nothing."""

from __future__ import annotations

import time

import pytest
from integration.artifacts import Pipeline
from integration.containers.brokers import Brokers
from integration.containers.conftest import PipelineMaker
from integration.containers.store import Store
from integration.containers.watching import assert_whole, manifest_without_receipt, some_data_without_receipt

from waybill_common.errors import KafkaUnavailable, LakeUnavailable

SMALL = ("--delivery.rows-per-object", "25")


def finish(pipeline: Pipeline, code: int, transient: int) -> None:
    """Ridden out, or ended with the documented code and finished by a plain re-run."""
    assert code in (0, transient), pipeline.log_of(pipeline.started[-1])
    if code != 0:
        pipeline.submitted(*SMALL)


def test_a_driver_killed_between_manifest_and_receipt_is_followed_by_one_that_finishes(
    pipeline: Pipeline,
) -> None:
    produced = pipeline.produce("--producer.pages", "5")
    driver = pipeline.start_submit(*SMALL)
    pipeline.kill_group_when(driver, lambda: manifest_without_receipt(pipeline))
    assert pipeline.ledger("receipt") == [], "killed too late to prove anything"
    assert pipeline.submitted(*SMALL)["rows"] == produced["events"]
    assert_whole(pipeline, produced["events"])


@pytest.mark.parametrize("seconds", [0.0, 4.0], ids=["back at once", "back after 4 s"])
def test_minio_killed_in_mid_batch_costs_at_most_a_rerun(
    pipeline: Pipeline, store: Store, seconds: float
) -> None:
    produced = pipeline.produce("--producer.pages", "5")
    driver = pipeline.start_submit(*SMALL)
    pipeline.await_moment(driver, lambda: some_data_without_receipt(pipeline))
    store.kill()
    time.sleep(seconds)
    store.restore()
    assert pipeline.ledger("receipt") == [], "killed too late to prove anything"
    finish(pipeline, driver.wait(timeout=120), LakeUnavailable.exit_code)
    assert_whole(pipeline, produced["events"])


def test_a_broker_killed_in_mid_batch_costs_at_most_a_rerun(
    make_pipeline: PipelineMaker, three_brokers: Brokers, topic: str
) -> None:
    pipeline = make_pipeline(three_brokers)
    produced = pipeline.produce("--producer.pages", "5")
    leader = three_brokers.leader_of(topic, 0)
    driver = pipeline.start_submit(*SMALL)
    pipeline.await_moment(driver, lambda: manifest_without_receipt(pipeline))
    three_brokers.kill(leader)
    assert pipeline.ledger("receipt") == [], "killed too late to prove anything"
    finish(pipeline, driver.wait(timeout=180), KafkaUnavailable.exit_code)
    assert_whole(pipeline, produced["events"])
