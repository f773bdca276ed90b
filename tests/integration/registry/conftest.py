from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from integration.containers.images import ours
from integration.containers.slot import Slot
from integration.producer.runs import Pipeline
from integration.registry.server import SchemaRegistry, running_registry

from waybill_sandbox.api import Simulator
from waybill_sandbox.kafka import KafkaCluster

SLOTS = 100
"""Slots behind those of the other containers, which the same process may hold too."""


@pytest.fixture(scope="session")
def shared_registry() -> Iterator[SchemaRegistry]:
    slot = Slot(SLOTS + int(os.environ.get("WAYBILL_TEST_SLOT") or 0))
    with (
        slot.held(),
        slot.network() as network,
        running_registry(slot, network, ours("registry")) as running,
    ):
        yield running


@pytest.fixture
def registry(shared_registry: SchemaRegistry) -> Iterator[SchemaRegistry]:
    """The registry; what a test stops or pauses is back for the next one."""
    yield shared_registry
    shared_registry.restore()


@pytest.fixture
def pipeline(kafka: KafkaCluster, simulator: Simulator, topic: str, tmp_path: Path) -> Pipeline:
    return Pipeline(kafka.bootstrap_servers, simulator.url, topic, tmp_path)


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command line points the logs at the stderr of its test, which is closed afterwards."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
