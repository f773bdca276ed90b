"""The built artifacts on a standalone cluster of one master and two workers, all of them processes of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.artifacts import Pipeline, machine_env, settings_env

from waybill_common.lake import open_lake
from waybill_common.settings import LakeSettings
from waybill_sandbox.api import Simulator
from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.spark.spark_cluster import SparkCluster
from waybill_sandbox.spark.spark_plan import Installation

CONF = (
    "spark.cores.max=2",
    "spark.executor.memory=512m",
    "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    # No task before both workers' executors are there, however slow one of them starts.
    "spark.scheduler.minRegisteredResourcesRatio=1",
    "spark.scheduler.maxRegisteredResourcesWaitingTime=60s",
)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="session")
def shared_cluster(shared_folder: Path, spark_home: Path, java: Path) -> Iterator[SparkCluster]:
    folder = shared_folder
    installed = Installation(spark_home, java.resolve().parent.parent, {"PATH": os.environ["PATH"]})
    with SparkCluster(installed, folder) as cluster:
        yield cluster
    assert processes_in(folder) == []


@pytest.fixture
def cluster(shared_cluster: SparkCluster) -> SparkCluster:
    """Both workers and the master run, whatever the test before has killed."""
    return shared_cluster.start()


@pytest.fixture
def pipeline(
    cluster: SparkCluster,
    shared_folder: Path,
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
    # Executors of all tests share one unpacking of the PEX: it costs each of them as much as the run.
    unpacked = shared_folder / "pex"
    running = Pipeline(
        artifacts,
        tmp_path,
        machine_env(artifacts, spark_home) | settings,
        open_lake(LakeSettings(url=lake), "names"),
        jar_cache,
        master=cluster.url,
        conf=(*CONF, f"spark.executorEnv.PEX_ROOT={unpacked}"),
    )
    yield running
    running.stop()


def processes_in(folder: Path) -> list[str]:
    """The command lines of processes that work in ``folder``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.joinpath("cwd").resolve().is_relative_to(folder):
                found.append(process.joinpath("cmdline").read_text().replace("\0", " "))
        except OSError:  # it has ended
            continue
    return found
