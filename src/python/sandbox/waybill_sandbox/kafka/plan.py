"""What a cluster is to look like, and the text of its configuration files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from waybill_sandbox.ports import LOOPBACK


@dataclass(frozen=True)
class NodePlan:
    """One combined node (broker and controller) and its two ports; everything it writes lies in ``folder``."""

    node_id: int
    port: int
    controller_port: int
    folder: Path

    @property
    def properties_file(self) -> Path:
        return self.folder / "server.properties"

    @property
    def logging_file(self) -> Path:
        return self.folder / "log4j2.properties"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "kafka.log"


@dataclass(frozen=True)
class ClusterPlan:
    """All nodes of one cluster."""

    cluster_id: str
    nodes: tuple[NodePlan, ...]

    @property
    def bootstrap_servers(self) -> str:
        return ",".join(f"{LOOPBACK}:{node.port}" for node in self.nodes)


def server_properties(cluster: ClusterPlan, node: NodePlan) -> str:
    """The node's server.properties.

    With three nodes everything is kept three times and acknowledged by two; thread pools and caches are cut down to
    what a small machine shares with Spark.
    """
    replicas = min(3, len(cluster.nodes))
    in_sync = 2 if replicas == 3 else 1
    voters = ",".join(f"{one.node_id}@{LOOPBACK}:{one.controller_port}" for one in cluster.nodes)
    settings: dict[str, str | int] = {
        "process.roles": "broker,controller",
        "node.id": node.node_id,
        "controller.quorum.voters": voters,
        "listeners": f"PLAINTEXT://{LOOPBACK}:{node.port},CONTROLLER://{LOOPBACK}:{node.controller_port}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{node.port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": str(node.data),
        "auto.create.topics.enable": "false",
        "default.replication.factor": replicas,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": replicas,
        "offsets.topic.num.partitions": 3,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": in_sync,
        "transaction.state.log.num.partitions": 3,
        "share.coordinator.state.topic.replication.factor": replicas,
        "share.coordinator.state.topic.min.isr": in_sync,
        # A killed producer's transaction is aborted a second after its time-out, not ten.
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": 1000,
        # A killed node is noticed after 6 s, not 9.
        "broker.session.timeout.ms": 6000,
        "broker.heartbeat.interval.ms": 1000,
        "group.initial.rebalance.delay.ms": 0,
        "log.cleaner.dedupe.buffer.size": 2097152,
        "num.network.threads": 1,
        "num.io.threads": 2,
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())


LOGGING = """\
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %c{1}: %m%n
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
logger.server.name=kafka.server.KafkaRaftServer
logger.server.level=info
"""
"""Warnings, and the lines that say when the node is up and down."""
