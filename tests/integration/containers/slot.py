"""One slot: the names, labels and ports under which one test process keeps its containers."""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from testcontainers.core.network import Network

from waybill_sandbox.ports import LOOPBACK, claim_port

LABEL = "waybill.test.slot"
FIRST_PORT = 21_000
PORTS = 20


@dataclass(frozen=True)
class Slot:
    """``number`` tells processes that run at the same time apart; a later process of the same slot reuses the names."""

    number: int

    def name(self, part: str) -> str:
        return f"waybill-test-{self.number}-{part}"

    @property
    def labels(self) -> dict[str, str]:
        return {LABEL: str(self.number)}

    def port(self, index: int) -> int:
        """A port that is still the same after its container was killed and started again.

        It lies below the ports that systems give to outgoing connections: one of those must not take it meanwhile.
        """
        return claim_port(FIRST_PORT + PORTS * self.number + index, f"containers of test slot {self.number}")

    def container(
        self,
        image: str,
        part: str,
        network: Network,
        *,
        env: Mapping[str, str],
        publish: Mapping[int, int] | None = None,
        command: list[str] | None = None,
        volumes: Mapping[Path, str] | None = None,
    ) -> DockerContainer:
        """A container that was not started yet, known as ``part`` on ``network``. ``publish``: its port to ours."""
        made = DockerContainer(image, env=dict(env), name=self.name(part))
        made.with_network(network).with_network_aliases(part)
        made.with_kwargs(labels=self.labels, hostname=part, init=True)
        if command is not None:
            made.with_command(command)
        for inside, outside in (publish or {}).items():
            # On a network of one's own Docker publishes a bare number on every address of the machine.
            made.ports[f"{inside}/tcp"] = (LOOPBACK, outside)  # type: ignore[assignment]
        for folder, where in (volumes or {}).items():
            made.with_volume_mapping(folder, where)
        return made

    @contextmanager
    def network(self) -> Iterator[Network]:
        made = Network(docker_network_kw={"labels": self.labels})
        made.name = self.name("network")
        with made:
            yield made
        made._docker.client.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing of an earlier run at the start, nothing of this one at the end. One process at a time."""
        # Nothing is to be pulled here, and what the reaper would do is done by ``clear``.
        testcontainers_config.ryuk_disabled = True
        lock = Path(tempfile.gettempdir()) / f"{self.name('lock')}"
        with lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RuntimeError(
                    f"Another test run holds slot {self.number} ({lock}): wait for its end, or set WAYBILL_TEST_SLOT."
                ) from None
            self.clear()
            try:
                yield
            finally:
                self.clear()

    def clear(self) -> None:
        """Removes every container and network of this slot, whatever run they are from and whatever their state is."""
        docker = DockerClient().client
        marks = ({"label": f"{LABEL}={self.number}"}, {"name": f"^/?{self.name('')}"})
        try:
            containers = [one for mark in marks for one in docker.containers.list(all=True, filters=mark)]
            for container in {one.id: one for one in containers}.values():
                container.remove(force=True, v=True)
            networks = [one for mark in marks for one in docker.networks.list(filters=mark)]
            for network in {one.id: one for one in networks}.values():
                network.remove()
        finally:
            docker.close()
