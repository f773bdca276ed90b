"""A real registry in a container that can be paused, stopped and started again on the same port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from integration.containers.slot import Slot
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from waiting import wait_until

from waybill_sandbox.ports import LOOPBACK

PORT = 8080
START_SECONDS = 120.0


@dataclass(frozen=True)
class SchemaRegistry:
    """It keeps its schemas in memory: a stop forgets them."""

    container: DockerContainer
    port: int

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/apis/ccompat/v7"

    def schema(self, schema_id: int) -> str:
        return str(self.ask("GET", f"/schemas/ids/{schema_id}")["schema"])

    def versions(self, topic: str) -> list[int]:
        found: list[int] = self.ask("GET", f"/subjects/{topic}-value/versions")
        return found

    def register(self, topic: str, schema: str) -> int:
        sent = {"schemaType": "JSON", "schema": schema}
        return int(self.ask("POST", f"/subjects/{topic}-value/versions", sent)["id"])

    def demand(self, topic: str, compatibility: str) -> None:
        self.ask("PUT", f"/config/{topic}-value", {"compatibility": compatibility})

    def ask(self, method: str, path: str, body: object = None) -> Any:
        answer = requests.request(method, self.url + path, json=body, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def stop(self) -> None:
        self.container.get_wrapped_container().stop(timeout=20)

    def pause(self) -> None:
        """Takes connections and answers nothing, as a server that hangs."""
        self.container.get_wrapped_container().pause()

    def restore(self) -> None:
        """Up and answering, whatever a test has done to it."""
        wrapped = self.container.get_wrapped_container()
        wrapped.reload()
        if wrapped.status == "paused":
            wrapped.unpause()
        elif wrapped.status != "running":
            wrapped.start()
        self.await_answers()

    def await_answers(self) -> None:
        wait_until(self._answers, self.container.get_logs, seconds=START_SECONDS, pause=0.2)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/subjects", timeout=5).ok
        except requests.RequestException:
            return False


@contextmanager
def running_registry(slot: Slot, network: Network, image: str) -> Iterator[SchemaRegistry]:
    """A registry, answering, until the end of the block."""
    port = slot.port(0)
    with slot.container(image, "registry", network, env={}, publish={PORT: port}) as container:
        registry = SchemaRegistry(container, port)
        registry.await_answers()
        yield registry
