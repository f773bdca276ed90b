"""What a cluster is to look like, and the text of its configuration files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from waybill_sandbox.ports import LOOPBACK


@dataclass(frozen=True)
class BrokerPlan:
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
class Listener:
    """One more way into a node: its name in Kafka, such as ``SCRAM``, its protocol, such as ``SASL_SSL``, and its
    properties without the prefix ``listener.name.<name>.`` that Kafka knows them by.
    """

    name: str
    protocol: str
    port: int
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Security:
    """What a cluster of one node has beside its plain listener, which stays and belongs to the cluster's owner.

    ``properties`` are the broker's, ``scram`` words of ``--add-scram`` for its users.
    """

    listeners: tuple[Listener, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    scram: tuple[str, ...] = ()


OPEN = Security()


@dataclass(frozen=True)
class KafkaPlan:
    """All nodes of one cluster."""

    cluster_id: str
    nodes: tuple[BrokerPlan, ...]
    security: Security = OPEN

    @property
    def bootstrap_servers(self) -> str:
        return ",".join(f"{LOOPBACK}:{node.port}" for node in self.nodes)


def server_properties(cluster: KafkaPlan, node: BrokerPlan) -> str:
    """The node's server.properties.

    With three nodes everything is kept three times and acknowledged by two; thread pools and caches are cut down to
    what a small machine shares with Spark.
    """
    replicas = min(3, len(cluster.nodes))
    in_sync = 2 if replicas == 3 else 1
    voters = ",".join(f"{one.node_id}@{LOOPBACK}:{one.controller_port}" for one in cluster.nodes)
    more = cluster.security.listeners
    clients = [
        f"PLAINTEXT://{LOOPBACK}:{node.port}",
        *(f"{one.name}://{LOOPBACK}:{one.port}" for one in more),
    ]
    protocols = [
        "PLAINTEXT:PLAINTEXT",
        "CONTROLLER:PLAINTEXT",
        *(f"{one.name}:{one.protocol}" for one in more),
    ]
    settings: dict[str, str | int] = {
        "process.roles": "broker,controller",
        "node.id": node.node_id,
        "controller.quorum.voters": voters,
        "listeners": ",".join((*clients, f"CONTROLLER://{LOOPBACK}:{node.controller_port}")),
        "advertised.listeners": ",".join(clients),
        "listener.security.protocol.map": ",".join(protocols),
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
        **cluster.security.properties,
        **{
            f"listener.name.{one.name.lower()}.{key}": value
            for one in more
            for key, value in one.properties.items()
        },
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
