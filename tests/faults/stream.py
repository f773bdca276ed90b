"""One cell's topic: what is put into it, and what is known of it."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from changed_topics import create_topic
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from faults.audit import Logged, read_topic
from faults.records import event
from waiting import wait_until

from waybill_sandbox.kafka import KafkaCluster

T = TypeVar("T")


@dataclass(kw_only=True)
class Stream:
    """``kafka`` is the cell's cluster: the proxied node, or three brokers without a proxy.

    ``records`` keeps what the topic held where a cell is about to remove some of it. ``delivered``: nothing was
    produced since the last whole delivery.
    """

    name: str
    kafka: KafkaCluster
    random: random.Random
    copies: int = 1
    partitions: int = 2
    records: dict[tuple[int, int], Logged] = field(default_factory=dict)
    delivered: bool = False

    def __post_init__(self) -> None:
        self.topic = f"names_topic.{self.name}.{uuid.uuid4().hex[:6]}"
        self.made = 0

    def create_topic(self, **config: str) -> None:
        """By the cluster's own tool, as an operator would."""
        wanted = NewTopic(
            self.topic, num_partitions=self.partitions, replication_factor=self.copies, config=config
        )
        create_topic(self.admin, wanted)

    @cached_property
    def admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self.kafka.bootstrap_servers, "log_level": 0})

    def produce(
        self,
        values: Sequence[bytes | None],
        *,
        partition: int = 0,
        key: bytes | None = b"key",
        commit: bool = True,
    ) -> None:
        """The values in one transaction, committed or aborted."""
        producer = self.open_transaction(values, partition=partition, key=key)
        if commit:
            producer.commit_transaction(30)
        else:
            producer.abort_transaction(30)

    def open_transaction(
        self,
        values: Sequence[bytes | None],
        *,
        partition: int = 0,
        key: bytes | None = b"key",
        timeout_ms: int = 60_000,
    ) -> Producer:
        producer = Producer(
            {
                "bootstrap.servers": self.kafka.bootstrap_servers,
                "transactional.id": uuid.uuid4().hex,
                "transaction.timeout.ms": timeout_ms,
                "log_level": 0,
            }
        )
        self.delivered = False
        producer.init_transactions(30)
        producer.begin_transaction()
        for value in values:
            producer.produce(self.topic, value, key, partition=partition, headers=[("h", b"\xff")])
        producer.flush(30)
        return producer

    def fill(self, count: int = 60, broken: int = 3) -> None:
        """``count`` events and ``broken`` records in each partition, the topic made where there is none."""
        if self.made == 0:
            self.create_topic()
        for partition in range(self.partitions):
            first, self.made = self.made, self.made + count
            values: list[bytes | None] = [event(first + n) for n in range(count)]
            for _ in range(broken):
                values.insert(self.random.randrange(len(values)), b"{broken")
            self.produce(values, partition=partition)

    def keep_records(self) -> None:
        self.records |= read_topic(self.kafka.bootstrap_servers, self.topic)

    def settle(self) -> None:
        """Until no transaction is open: a commit is answered before its markers are in the log."""
        wait_until(self._is_settled, "the transactions' end")

    def ends(self) -> dict[int, int]:
        """As far as a driver reads now."""
        return self._ends("read_committed")

    def _is_settled(self) -> bool:
        try:
            return self._ends("read_committed") == self._ends("read_uncommitted")
        except KafkaException:
            return False  # a broker that has just come back leads nothing yet

    def _ends(self, isolation: str) -> dict[int, int]:
        config = {
            "bootstrap.servers": self.kafka.bootstrap_servers,
            "group.id": "ends",
            "isolation.level": isolation,
        }
        consumer = Consumer({**config, "log_level": 0})
        try:
            partitions = consumer.list_topics(self.topic, timeout=30).topics[self.topic].partitions
            places = [TopicPartition(self.topic, one) for one in partitions]
            return {one.partition: consumer.get_watermark_offsets(one, timeout=30)[1] for one in places}
        finally:
            consumer.close()
