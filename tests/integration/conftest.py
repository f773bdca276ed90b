"""Real parts for every integration test: started once for a test process, ended with it whatever happens."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from integration.artifacts import gather_artifacts

from waybill_common.jars import fetch_jars, read_jar_manifest
from waybill_common.java_home import find_java
from waybill_sandbox.api import Simulator
from waybill_sandbox.kafka import KafkaCluster

ROOT = Path(__file__).parents[2]
# Read here: a fixture that is first asked for inside a test finds the environment cleaned of them.
SPARK_HOME = os.environ.get("WAYBILL_TEST_SPARK_HOME")
JARS = os.environ.get("WAYBILL_TEST_JARS")


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command line points the logs at the stderr of its test, which is closed afterwards."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture(scope="session")
def java() -> Path:
    return find_java(os.environ.get("JAVA_HOME"), os.environ.get("PATH"))


@pytest.fixture(scope="session")
def spark_home() -> Path:
    """WAYBILL_TEST_SPARK_HOME, which ./pants sets to .tools/spark."""
    if not SPARK_HOME:
        pytest.fail(
            "There is no Spark: `make spark` makes one that ./pants finds; or set WAYBILL_TEST_SPARK_HOME."
        )
    return Path(SPARK_HOME)


@pytest.fixture(scope="session")
def jar_cache() -> Path:
    """WAYBILL_TEST_JARS, else .tools/jars of the checkout; kept between runs."""
    return Path(JARS or ROOT / ".tools" / "jars")


@pytest.fixture(scope="session")
def kafka_jars(java: Path, spark_home: Path, jar_cache: Path) -> tuple[Path, ...]:
    manifest = read_jar_manifest(ROOT / "3rdparty" / "jvm" / "kafka.json")
    return fetch_jars(manifest, jar_cache, java=java, spark_home=spark_home)


@pytest.fixture(scope="session")
def kafka(
    kafka_jars: tuple[Path, ...], java: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KafkaCluster]:
    """One node, shared by all tests of this process: use ``topic`` for names of your own."""
    with KafkaCluster(kafka_jars, java, tmp_path_factory.mktemp("kafka1")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def shared_kafka_three(
    kafka_jars: tuple[Path, ...], java: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KafkaCluster]:
    with KafkaCluster(kafka_jars, java, tmp_path_factory.mktemp("kafka3"), nodes=3) as cluster:
        yield cluster


@pytest.fixture
def kafka_three(shared_kafka_three: KafkaCluster) -> Iterator[KafkaCluster]:
    """Three nodes; those that a test kills are back for the next one."""
    yield shared_kafka_three
    down = {node.node_id for node in shared_kafka_three.plan.nodes} - shared_kafka_three.pids().keys()
    if down:
        shared_kafka_three.restart_nodes(*down)


@pytest.fixture(scope="session")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder with nothing but the artifacts; also the HOME of everything that runs there."""
    return gather_artifacts(tmp_path_factory.mktemp("away"))


@pytest.fixture
def topic() -> str:
    """A name that no other test uses."""
    return f"names_topic.{uuid.uuid4().hex[:12]}"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The API, with no faults until ``set_faults`` and no rate limit that a test meets by accident."""
    with Simulator(limit_users=1_000_000) as running:
        yield running
