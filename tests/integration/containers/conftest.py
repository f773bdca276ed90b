"""Kafka and MinIO from our images, shared by all tests of this process; the built artifacts between them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from integration.artifacts import Pipeline, machine_env, settings_env
from integration.containers.brokers import Brokers, running_brokers
from integration.containers.images import need_image, ours
from integration.containers.slot import Slot
from integration.containers.store import ACCESS_KEY, SECRET_KEY, Store, running_store
from testcontainers.core.network import Network

from waybill_common.lake import open_lake
from waybill_sandbox.api import Simulator

PipelineMaker = Callable[..., Pipeline]


@pytest.fixture(scope="session")
def minio_image() -> str:
    """WAYBILL_MINIO_IMAGE, else MinIO from our own image."""
    given = os.environ.get("WAYBILL_MINIO_IMAGE")
    return need_image(given) if given else ours("minio")


@pytest.fixture(scope="session")
def slot() -> Iterator[Slot]:
    """WAYBILL_TEST_SLOT, which Pants sets to a number of its own for each process at a time."""
    held = Slot(int(os.environ.get("WAYBILL_TEST_SLOT") or 0))
    with held.held():
        yield held


@pytest.fixture(scope="session")
def network(slot: Slot) -> Iterator[Network]:
    with slot.network() as made:
        yield made


@pytest.fixture(scope="session")
def shared_store(slot: Slot, network: Network, minio_image: str) -> Iterator[Store]:
    with running_store(slot, network, minio_image) as running:
        yield running


@pytest.fixture
def store(shared_store: Store) -> Iterator[Store]:
    """MinIO; what a test kills or pauses is back for the next one."""
    yield shared_store
    shared_store.restore()


@pytest.fixture(scope="session")
def one_broker(slot: Slot, network: Network) -> Iterator[Brokers]:
    with running_brokers(slot, network, ours("kafka"), count=1, first_port=1) as running:
        yield running


@pytest.fixture(scope="session")
def shared_three_brokers(slot: Slot, network: Network) -> Iterator[Brokers]:
    with running_brokers(slot, network, ours("kafka"), count=3, first_port=2) as running:
        yield running


@pytest.fixture
def three_brokers(shared_three_brokers: Brokers) -> Iterator[Brokers]:
    """Three brokers; those that a test kills are back for the next one."""
    yield shared_three_brokers
    shared_three_brokers.restore()


@pytest.fixture
def make_pipeline(
    store: Store,
    simulator: Simulator,
    topic: str,
    artifacts: Path,
    spark_home: Path,
    jar_cache: Path,
    tmp_path: Path,
) -> Iterator[PipelineMaker]:
    """The artifacts on this machine, between the brokers that the test names and a bucket of its own."""
    made: list[Pipeline] = []

    def make(brokers: Brokers, **changes: str) -> Pipeline:
        lake = store.lake(store.new_bucket())
        settings = settings_env(
            tmp_path, bootstrap_servers=brokers.servers, topic=topic, api=simulator.url, lake=lake.url
        )
        settings |= {
            "WAYBILL_KAFKA__REPLICATION_FACTOR": str(len(brokers.nodes)),
            "WAYBILL_LAKE__ENDPOINT": store.endpoint,
            "WAYBILL_LAKE__ACCESS_KEY_ID": ACCESS_KEY,
            "WAYBILL_LAKE__SECRET_ACCESS_KEY": SECRET_KEY,
            "WAYBILL_DELIVERY__ROWS_PER_OBJECT": "50",
        }
        made.append(
            Pipeline(
                artifacts,
                tmp_path,
                machine_env(artifacts, spark_home) | settings | changes,
                open_lake(lake, "names"),
                jar_cache,
            )
        )
        return made[-1]

    yield make
    for pipeline in made:
        pipeline.stop()


@pytest.fixture
def pipeline(make_pipeline: PipelineMaker, one_broker: Brokers) -> Pipeline:
    return make_pipeline(one_broker)
