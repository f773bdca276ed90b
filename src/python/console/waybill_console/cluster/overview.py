"""The brokers and where every partition lies: two requests, whatever the cluster's size."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from waybill_common.kafka import ask, failure
from waybill_common.settings import KafkaSettings


@dataclass(frozen=True)
class Broker:
    """``leads`` and ``holds`` count partitions: those it leads, and those it has a copy of."""

    id: int
    address: str
    rack: str | None
    is_controller: bool
    leads: int
    holds: int


@dataclass(frozen=True)
class PartitionPlace:
    """``leader`` is None where there is none."""

    partition: int
    leader: int | None
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]

    @property
    def lacks_copies(self) -> bool:
        return len(self.in_sync) < len(self.replicas)


@dataclass(frozen=True)
class TopicPlace:
    name: str
    partitions: tuple[PartitionPlace, ...]

    @property
    def replication(self) -> int:
        return max((len(one.replicas) for one in self.partitions), default=0)

    @property
    def lacking(self) -> tuple[PartitionPlace, ...]:
        return tuple(one for one in self.partitions if one.lacks_copies)

    @property
    def leaderless(self) -> tuple[PartitionPlace, ...]:
        return tuple(one for one in self.partitions if one.leader is None)

    @property
    def is_internal(self) -> bool:
        return self.name.startswith("__")


@dataclass(frozen=True)
class Cluster:
    id: str
    brokers: tuple[Broker, ...]
    topics: tuple[TopicPlace, ...]

    def topic(self, name: str) -> TopicPlace | None:
        return next((one for one in self.topics if one.name == name), None)

    @property
    def partitions(self) -> int:
        return sum(len(one.partitions) for one in self.topics)

    @property
    def lacking(self) -> tuple[tuple[str, PartitionPlace], ...]:
        return tuple((topic.name, one) for topic in self.topics for one in topic.lacking)

    @property
    def leaderless(self) -> int:
        return sum(len(one.leaderless) for one in self.topics)


def read_cluster(settings: KafkaSettings) -> Cluster:
    """Raises ``KafkaUnavailable`` and ``KafkaRefused``."""
    doing = "describing the cluster"
    try:
        answers = ask(settings, _question, doing)
    except KafkaException as error:
        raise failure(settings, doing, error) from error
    described, listed = answers["cluster"], answers["topics"]
    topics = tuple(_topic(one) for _, one in sorted(listed.topics.items()))
    controller = described.controller.id if described.controller is not None else None
    brokers = tuple(
        _broker(one, controller, topics) for one in sorted(described.nodes, key=lambda node: node.id)
    )
    return Cluster(str(described.cluster_id or ""), brokers, topics)


def _question(admin: AdminClient, seconds: float) -> dict[str, Future[Any]]:
    cluster = admin.describe_cluster(request_timeout=seconds)
    listed: Future[Any] = Future()
    listed.set_result(admin.list_topics(timeout=seconds))
    return {"cluster": cluster, "topics": listed}


def _topic(listed: Any) -> TopicPlace:
    places = (
        PartitionPlace(
            partition=one.id,
            leader=one.leader if one.leader >= 0 else None,
            replicas=tuple(one.replicas),
            in_sync=tuple(one.isrs),
        )
        for one in listed.partitions.values()
    )
    return TopicPlace(listed.topic, tuple(sorted(places, key=lambda one: one.partition)))


def _broker(node: Any, controller: int | None, topics: Iterable[TopicPlace]) -> Broker:
    places = [one for topic in topics for one in topic.partitions]
    return Broker(
        id=node.id,
        address=f"{node.host}:{node.port}",
        rack=node.rack or None,
        is_controller=node.id == controller,
        leads=sum(one.leader == node.id for one in places),
        holds=sum(node.id in one.replicas for one in places),
    )
