"""A Kafka cluster of one or three containers whose brokers can be killed and started again on the same ports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from confluent_kafka.admin import AdminClient
from integration.containers.slot import Slot
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from waiting import wait_until

from waybill_common.kafka import topic_state
from waybill_common.settings import KafkaSettings
from waybill_sandbox.kafka.kafka_cluster import members
from waybill_sandbox.ports import LOOPBACK

INTERNAL = 9092
EXTERNAL = 19092
CONTROLLER = 9093
START_SECONDS = 120.0

# Up in half the time and half the memory, for a load that Spark shares.
HEAP = "-Xms128m -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
PROPERTIES = """\
offsets.topic.num.partitions=3
transaction.state.log.num.partitions=3
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
broker.session.timeout.ms=6000
broker.heartbeat.interval.ms=1000
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=2097152
num.network.threads=1
num.io.threads=2
"""


@dataclass(frozen=True)
class Brokers:
    """``nodes`` and ``ports`` by node id."""

    nodes: dict[int, DockerContainer]
    ports: dict[int, int]
    internal_servers: str

    @property
    def servers(self) -> str:
        """``host:port`` of all brokers for this machine, those that are down included."""
        return ",".join(f"{LOOPBACK}:{port}" for port in self.ports.values())

    @property
    def settings(self) -> KafkaSettings:
        return KafkaSettings(
            bootstrap_servers=self.servers, replication_factor=len(self.nodes), partitions=2, timeout=30
        )

    def leader_of(self, topic: str, partition: int) -> int:
        found = self.admin().list_topics(topic, timeout=10).topics[topic].partitions[partition].leader
        return int(found)

    def has(self, topic: str) -> bool:
        return topic in self.admin().list_topics(timeout=10).topics

    def ends(self, topic: str) -> dict[int, int]:
        return dict(topic_state(self.settings, topic).log_ends)

    def kill(self, node: int) -> None:
        """SIGKILL for one broker, as a crash."""
        self.nodes[node].get_wrapped_container().kill()

    def restore(self) -> None:
        """All brokers up and registered, whatever a test has done to them."""
        for node in self.nodes.values():
            wrapped = node.get_wrapped_container()
            wrapped.reload()
            if wrapped.status != "running":
                wrapped.start()
        self.await_members()

    def await_members(self) -> None:
        admin = self.admin()
        wait_until(
            lambda: members(admin) == self.nodes.keys(),
            lambda: [node.get_logs() for node in self.nodes.values()],
            seconds=START_SECONDS,
            pause=0.2,
        )

    def admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self.servers, "log_level": 0})


@contextmanager
def running_brokers(
    slot: Slot, network: Network, image: str, *, count: int, first_port: int
) -> Iterator[Brokers]:
    """``count`` combined nodes, all registered, until the end of the block."""
    parts = {node: f"kafka-{count}-{node}" for node in range(1, count + 1)}
    ports = {node: slot.port(first_port + node) for node in parts}
    voters = ",".join(f"{node}@{part}:{CONTROLLER}" for node, part in parts.items())
    with ExitStack() as stack:
        nodes = {
            node: stack.enter_context(
                slot.container(
                    image,
                    part,
                    network,
                    env={
                        "KAFKA_NODE_ID": str(node),
                        "KAFKA_VOTERS": voters,
                        "KAFKA_INTERNAL": f"{part}:{INTERNAL}",
                        "KAFKA_EXTERNAL": f"{LOOPBACK}:{ports[node]}",
                        "KAFKA_HEAP_OPTS": HEAP,
                        "KAFKA_PROPERTIES": PROPERTIES,
                    },
                    publish={EXTERNAL: ports[node]},
                )
            )
            for node, part in parts.items()
        }
        brokers = Brokers(nodes, ports, ",".join(f"{part}:{INTERNAL}" for part in parts.values()))
        brokers.await_members()
        yield brokers
