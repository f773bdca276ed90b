"""The built artifacts against real Kafka and the simulator, with a lake on the disk and Spark in one process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.artifacts import Pipeline, machine_env, settings_env

from waybill_common.lake import open_lake
from waybill_common.settings import LakeSettings
from waybill_sandbox.api import Simulator
from waybill_sandbox.kafka import KafkaCluster


@pytest.fixture
def pipeline(
    kafka: KafkaCluster,
    simulator: Simulator,
    topic: str,
    artifacts: Path,
    spark_home: Path,
    jar_cache: Path,
    tmp_path: Path,
) -> Iterator[Pipeline]:
    lake = str(tmp_path / "lake")
    settings = settings_env(
        tmp_path, bootstrap_servers=kafka.bootstrap_servers, topic=topic, api=simulator.url, lake=lake
    )
    running = Pipeline(
        artifacts,
        tmp_path,
        machine_env(artifacts, spark_home) | settings,
        open_lake(LakeSettings(url=lake), "names"),
        jar_cache,
    )
    yield running
    running.stop()
