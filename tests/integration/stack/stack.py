"""The stack under a name, ports and passwords of its own, driven through ``docker/stack.sh`` as a user would."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[3] / "docker" / "stack.sh"

PORTS = {
    "kafka_broker_1": "KAFKA_1",
    "kafka_broker_2": "KAFKA_2",
    "kafka_broker_3": "KAFKA_3",
    "minio": "S3",
    "minio_console": "S3_CONSOLE",
    "simulator": "SIMULATOR",
    "spark_master": "SPARK",
    "airflow_webserver": "AIRFLOW",
    "kafka_schema_registry": "REGISTRY",
    "kafka_connect": "CONNECT",
    "kafka_ui": "KAFKA_UI",
}
"""Each address of the stack, and the end of the variable that moves its port."""

LIMIT_SECONDS = 300
ONCE = ("kafka_access", "store_access", "init", "registry_schemas", "airflow_init", "airflow_publish")
"""Services that end when their work is done."""


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Container:
    """One container, as ``docker inspect`` describes it."""

    service: str
    facts: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.facts["Id"])

    @property
    def health(self) -> str:
        """Its health, or for one that ends by itself ``exited 0``."""
        state = self.facts["State"]
        return str(state["Health"]["Status"]) if state["Running"] else f"exited {state['ExitCode']}"


@dataclass(frozen=True)
class Stack:
    """``ports`` are by the names in ``PORTS``; ``settings`` are further variables."""

    project: str
    ports: Mapping[str, int]
    settings: Mapping[str, str]

    @property
    def secrets_folder(self) -> Path:
        """The same for every run of this project, so that a run can clear up after one that was killed."""
        return Path(tempfile.gettempdir()) / f"{self.project}-secrets"

    @cached_property
    def _environment(self) -> dict[str, str]:
        kept = ("PATH", "HOME", "DOCKER_HOST", "DOCKER_CONFIG")
        return {
            **{name: os.environ[name] for name in kept if name in os.environ},
            **{f"WAYBILL_PORT_{PORTS[name]}": str(port) for name, port in self.ports.items()},
            "COMPOSE_PROJECT_NAME": self.project,
            "WAYBILL_SECRETS": os.path.relpath(self.secrets_folder, SCRIPT.parent),
            "WAIT_SECONDS": str(LIMIT_SECONDS),
            **self.settings,
        }

    def run(self, *words: str, timeout: float = LIMIT_SECONDS + 60) -> Ran:
        """``stack.sh`` with these words; ``timeout`` in seconds."""
        ended = subprocess.run(
            [str(SCRIPT), *words],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    def secret(self, name: str) -> str:
        return (self.secrets_folder / name).read_text().strip()

    def password(self, name: str) -> str:
        """The secret alone, of a file that says more: whose it is, or of which property."""
        text = self.secret(name)
        found = json.loads(text).popitem()[1] if text.startswith("{") else text.partition("=")[2] or text
        return str(found)

    def kafka(
        self, user: str | None = "operator", password: str | None = None
    ) -> dict[str, str | int | float | bool]:
        """A client's configuration on this machine, by default with the user's own password; without a user, none."""
        brokers = ",".join(f"127.0.0.1:{self.ports[f'kafka_broker_{n}']}" for n in (1, 2, 3))
        if user is None:
            return {"bootstrap.servers": brokers}
        return {
            "bootstrap.servers": brokers,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": user,
            "sasl.password": password or self.password(f"kafka_{user}.json"),
        }

    def address(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def containers(self) -> list[Container]:
        """All of them, ended ones too."""
        ids = self.resources("ps", "--all")
        facts = json.loads(docker("inspect", *ids)) if ids else []
        return [Container(one["Config"]["Labels"]["com.docker.compose.service"], one) for one in facts]

    def container(self, service: str) -> str:
        """The id of the service's container."""
        [found] = [one.id for one in self.containers() if one.service == service]
        return found

    def pids(self, service: str, command: str) -> list[str]:
        """Processes of this machine that run in the service's container, with ``command`` in their command line."""
        listed = docker("top", self.container(service), "-eo", "pid,args").splitlines()[1:]
        return [line.split()[0] for line in listed if command in line]

    def resources(self, *command: str) -> list[str]:
        """The ids that a listing command of docker has for this project."""
        mine = f"label=com.docker.compose.project={self.project}"
        return docker(*command, "--quiet", "--filter", mine).split()

    def tails(self) -> str:
        """The last lines of every service's log."""
        return self.run("logs", "--no-color", "--tail=40").out


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], capture_output=True, text=True, timeout=60, check=True).stdout


def machine_addresses() -> Sequence[str]:
    """This machine's IPv4 addresses but the loopback's."""
    listed = subprocess.run(["hostname", "-I"], capture_output=True, text=True, timeout=10, check=True).stdout
    return [one for one in listed.split() if ":" not in one and not one.startswith("127.")]
