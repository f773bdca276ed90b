"""Starting, killing, restarting and stopping a cluster."""

from __future__ import annotations

import base64
import os
import uuid
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from waybill_common.errors import ServiceNotReady, SettingsRefused
from waybill_sandbox.kafka.kafka_plan import LOGGING, OPEN, BrokerPlan, KafkaPlan, Security, server_properties
from waybill_sandbox.ports import claim_port, free_ports, listens
from waybill_sandbox.process import Child, Command

START_SECONDS = 90.0
STOP_SECONDS = 8.0

# C1 only and the serial collector: up in half the time, in half the memory, for a load that Spark shares.
JVM_FLAGS = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError")


class KafkaCluster:
    """A running cluster, its files in ``folder``. Use it as a context manager, or call ``stop``."""

    def __init__(
        self,
        jars: Sequence[Path],
        java: Path,
        folder: Path,
        *,
        nodes: int = 1,
        port: int = 0,
        jvm_flags: Sequence[str] = JVM_FLAGS,
        security: Security = OPEN,
    ) -> None:
        """Plans a cluster; ``start`` starts it. ``port`` is the first node's, 0 for any free one.

        Raises SettingsRefused for another number of nodes than 1 or 3, PortInUse for a taken port.
        """
        if nodes not in (1, 3):
            raise SettingsRefused(
                f"A Kafka cluster of {nodes} nodes was asked for.",
                allowed="1 or 3: KRaft needs an odd quorum, and three survive the loss of one.",
                remedy="ask for 1 or 3 nodes.",
            )
        self._java = java
        self._jvm_flags = tuple(jvm_flags)
        self._classpath = os.pathsep.join(str(jar) for jar in jars)
        ports = free_ports(2 * nodes)
        brokers = (claim_port(port, "Kafka"), *ports[1:nodes]) if port else ports[:nodes]
        self.plan = KafkaPlan(
            cluster_id=base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="),
            nodes=tuple(
                BrokerPlan(number, broker, controller, folder.absolute() / f"kafka-{number}")
                for number, (broker, controller) in enumerate(
                    zip(brokers, ports[nodes:], strict=True), start=1
                )
            ),
            security=security,
        )
        self._running: dict[int, Child] = {}

    @property
    def bootstrap_servers(self) -> str:
        """``host:port`` of all nodes, those that are down included."""
        return self.plan.bootstrap_servers

    def start(self) -> Self:
        """Formats the nodes' folders and starts them; returns when every node has registered.

        A folder that has data goes on with it, whatever ports and cluster id it had before.

        Raises ServiceNotReady, with nothing left running, when that takes too long.
        """
        self._format()
        try:
            for node in self.plan.nodes:
                self._launch(node)
            self._await_members()
        except BaseException:
            self.stop()
            raise
        return self

    def kill_node(self, node_id: int) -> None:
        """SIGKILL for one node, as a power cut."""
        self._running.pop(node_id).kill()

    def restart_nodes(self, *node_ids: int) -> None:
        """Starts killed nodes again on their data and ports; returns when they have registered."""
        for node_id in node_ids:
            self._launch(self.plan.nodes[node_id - 1])
        self._await_members()

    def pids(self) -> dict[int, int]:
        """The process group of each running node."""
        return {node_id: child.pid for node_id, child in self._running.items()}

    def stop(self) -> None:
        """Ends all nodes: asked first, killed after 8 s."""
        for child in self._running.values():
            child.terminate()
        for child in self._running.values():
            child.stop(STOP_SECONDS)
        self._running.clear()

    def _format(self) -> None:
        jobs = []
        for node in self.plan.nodes:
            node.folder.mkdir(parents=True, exist_ok=True)
            node.properties_file.write_text(server_properties(self.plan, node))
            node.logging_file.write_text(LOGGING)
            if (node.data / "meta.properties").is_file():
                continue
            # With "=", because one id in 64 begins with a hyphen.
            users = [word for user in self.plan.security.scram for word in ("--add-scram", user)]
            arguments = (
                "format",
                f"--cluster-id={self.plan.cluster_id}",
                "-c",
                str(node.properties_file),
                *users,
            )
            jobs.append(Child(self._command(node, "kafka.tools.StorageTool", *arguments)))
        codes = [job.wait(START_SECONDS) for job in jobs]
        for job, code in zip(jobs, codes, strict=True):
            job.kill()
            if code != 0:
                raise ServiceNotReady(
                    f"Formatting {job.command.name} ended with {code}:\n{job.log_tail()}\n",
                    allowed="exit code 0.",
                    remedy="correct what the log names.",
                )

    def _launch(self, node: BrokerPlan) -> None:
        self._running[node.node_id] = Child(self._command(node, "kafka.Kafka", str(node.properties_file)))

    def _command(self, node: BrokerPlan, program: str, *arguments: str) -> Command:
        logging = f"-Dlog4j2.configurationFile={node.logging_file}"
        argv = (str(self._java), *self._jvm_flags, logging, "-cp", self._classpath, program, *arguments)
        return Command(f"Kafka node {node.node_id}", argv, env={}, log=node.log, cwd=node.folder)

    def _await_members(self) -> None:
        expected = set(self._running)
        for node in self.plan.nodes:
            if node.node_id in expected:
                self._running[node.node_id].await_ready(partial(listens, node.port), START_SECONDS)
        first = self._running[min(expected)]
        admin = AdminClient({"bootstrap.servers": self.bootstrap_servers, "log_level": 0})
        first.await_ready(lambda: members(admin) >= expected, START_SECONDS)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def members(admin: AdminClient) -> set[int]:
    """The ids of the nodes that the cluster counts as alive; empty while none answers."""
    try:
        return set(admin.list_topics(timeout=2).brokers)
    except KafkaException:
        return set()
