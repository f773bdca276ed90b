"""Workers that are lost, brokers that are gone, and a Spark that can't start."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from integration.artifacts import Pipeline
from processes import descendants

from waybill_common.errors import KafkaUnavailable, SparkFailed
from waybill_sandbox.kafka import KafkaCluster


@pytest.fixture
def own_kafka(kafka_jars: tuple[Path, ...], java: Path, tmp_path: Path) -> Iterator[KafkaCluster]:
    """A broker that a test may stop."""
    with KafkaCluster(kafka_jars, java, tmp_path / "kafka") as cluster:
        yield cluster


def test_a_split_whose_worker_is_killed_is_carried_again(pipeline: Pipeline) -> None:
    produced = pipeline.produce("--producer.pages", "5")
    steady = replace(pipeline, master="local[2,4]", started=pipeline.started)
    driver = steady.start_submit("--delivery.rows-per-object", "20")
    steady.await_moment(driver, lambda: bool(steady.objects("data")))
    workers = [pid for pid, words in descendants(driver.pid) if "pyspark.worker" in words]
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    assert steady.ledger("receipt") == [], "killed too late to prove anything"
    assert driver.wait(timeout=120) == 0, steady.log_of(driver)
    assert sum(receipt["rows"] for receipt in steady.ledger("receipt")) == produced["events"]
    code, audit = steady.verify("--complete")
    assert (code, audit["findings"]) == (0, [])


def test_an_endless_run_whose_brokers_are_gone_ends_with_kafkas_code(
    pipeline: Pipeline, own_kafka: KafkaCluster
) -> None:
    env = {"WAYBILL_KAFKA__BOOTSTRAP_SERVERS": own_kafka.bootstrap_servers, "WAYBILL_KAFKA__TIMEOUT": "3"}
    endless = replace(pipeline, env={**pipeline.env, **env}, started=pipeline.started)
    endless.produce("--producer.pages", "1")
    driver = endless.start_submit("--delivery.trigger", "1 seconds")
    endless.await_moment(driver, lambda: bool(endless.ledger("receipt")))
    own_kafka.stop()
    assert driver.wait(timeout=120) == KafkaUnavailable.exit_code, endless.log_of(driver)
    assert "remedy: check that the brokers run" in endless.log_of(driver)


def test_a_spark_that_can_not_start_is_no_bug_of_ours(pipeline: Pipeline) -> None:
    pipeline.produce("--producer.pages", "1")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = f"spark.driver.port={taken.getsockname()[1]}"
        ended = replace(pipeline, conf=(port, "spark.port.maxRetries=0")).submit()
    assert ended.returncode == SparkFailed.exit_code, ended.stdout[-3000:]
    assert "waybill: Spark failed at starting: " in ended.stdout + ended.stderr
