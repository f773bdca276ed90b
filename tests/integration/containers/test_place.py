"""Where the suite's containers are to be seen, and that those of an earlier run are no obstacle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from integration.containers.brokers import Brokers
from integration.containers.slot import LABEL, Slot
from integration.containers.store import Store, running_store
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient

ABANDON = """
import os, signal, sys
from integration.containers.slot import Slot
from integration.containers.store import running_store
slot = Slot(int(sys.argv[1]))
with slot.held(), slot.network() as network, running_store(slot, network, sys.argv[2]):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def published(container: DockerContainer) -> set[str]:
    """The host addresses on which a container's ports are open, as Docker says."""
    wrapped = container.get_wrapped_container()
    wrapped.reload()
    bindings = wrapped.attrs["NetworkSettings"]["Ports"].values()
    return {one["HostIp"] for found in bindings for one in found or ()}


def parts_of(slot: Slot) -> set[str]:
    """Names of the containers and networks that the slot has."""
    docker = DockerClient().client
    mark = {"label": f"{LABEL}={slot.number}"}
    try:
        found = [*docker.containers.list(all=True, filters=mark), *docker.networks.list(filters=mark)]
        return {one.name for one in found}
    finally:
        docker.close()


def test_every_port_is_on_loopback_only(store: Store, one_broker: Brokers, three_brokers: Brokers) -> None:
    for container in (store.container, *one_broker.nodes.values(), *three_brokers.nodes.values()):
        assert published(container) == {"127.0.0.1"}


def test_what_a_killed_run_left_is_no_obstacle_to_the_next_one(slot: Slot, minio_image: str) -> None:
    other = Slot(slot.number + 100)
    abandoned = subprocess.run(
        [sys.executable, "-c", ABANDON, str(other.number), minio_image],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=90,
        check=False,
    )
    assert abandoned.returncode == -signal.SIGKILL
    assert parts_of(other) == {other.name("minio"), other.name("network")}
    with other.held():
        assert parts_of(other) == set()
        with other.network() as network, running_store(other, network, minio_image) as store:
            store.new_bucket()
    assert parts_of(other) == set()


def test_a_slot_has_one_process_at_a_time(slot: Slot) -> None:
    with pytest.raises(RuntimeError, match=f"Another test run holds slot {slot.number}"), slot.held():
        pass
