"""A stream on real Kafka, and a driver without Spark: the same delivery loop, its splits carried in this process."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from changed_topics import configure, delete_topic
from confluent_kafka import Producer, TopicPartition
from sample_events import nth_event

from waybill_common.kafka import ensure_topic, librdkafka_config, topic_state
from waybill_common.kafka.clients import open_admin, open_reader
from waybill_common.lake import Lake, open_lake
from waybill_common.ledger import Journal, Layout, ManifestPlan, Receipt, SplitReport
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_delivery.events import decoder_of, split_consumer
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.splits import CarriedSplit, SplitOutcome
from waybill_delivery.splits.task import deliver_splits
from waybill_delivery.splits.task_context import TaskContext
from waybill_sandbox.kafka import KafkaCluster
from waybill_streams.names import NAMES
from waybill_streams.packaged import STREAMS


@dataclass
class Driver(DeliveryLoop):
    """A delivery that remembers the receipts that it wrote."""

    receipts: list[Receipt] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.closed = self.receipts.append


@dataclass
class Stream:
    """One topic and one lake."""

    kafka: KafkaSettings
    topic: str
    lake: Lake
    partitions: int = 2

    def create(self, **config: str) -> Stream:
        ensure_topic(self.kafka, self.topic, partitions=self.partitions, config=config)
        return self

    def make_anew(self) -> None:
        """Delete the topic and create one of its name, without a record."""
        delete_topic(open_admin(librdkafka_config(self.kafka)), self.topic)
        self.create()

    def configure(self, name: str, value: str) -> None:
        """Set one of the topic's settings."""
        configure(open_admin(librdkafka_config(self.kafka)), self.topic, name, value)

    def produce(
        self,
        values: Sequence[bytes | None],
        partition: int = 0,
        *,
        commit: bool = True,
        headers: Sequence[tuple[str, bytes | None]] = (("h", b"\xff"),),
    ) -> None:
        """The values in one transaction, committed or aborted."""
        producer = Producer(librdkafka_config(self.kafka, {"transactional.id": uuid.uuid4().hex}))
        producer.init_transactions(30)
        producer.begin_transaction()
        for value in values:
            producer.produce(self.topic, key=b"key", value=value, partition=partition, headers=[*headers])
        producer.flush(30)
        if commit:
            producer.commit_transaction(30)
        else:
            producer.abort_transaction(30)

    def names(self, count: int, first: int = 0, partition: int = 0) -> None:
        self.produce([NAMES.encode(nth_event(first + n)) for n in range(count)], partition)

    def ends(self) -> dict[int, int]:
        """The ends once no transaction is open: a commit is answered before its markers are in the log."""
        reader = open_reader(
            librdkafka_config(self.kafka, {"group.id": "ends", "isolation.level": "read_uncommitted"})
        )
        try:
            for _ in range(200):
                stable = dict(topic_state(self.kafka, self.topic).log_ends)
                written = {
                    p: reader.get_watermark_offsets(TopicPartition(self.topic, p), 10)[1] for p in stable
                }
                if stable == written:
                    return stable
                time.sleep(0.05)
        finally:
            reader.close()
        raise AssertionError(f"an open transaction: {stable} of {written}")

    def driver(self, *, rows_per_object: int = 1000, accept_loss: bool = False) -> Driver:
        """A driver as it starts: a new writer id, the position read from the ledger."""
        journal = Journal(self.lake, writer=uuid.uuid4().hex)
        plan = ManifestPlan(
            topic=self.topic,
            contract=NAMES,
            layout=Layout(row_group_rows=100, compression="zstd"),
            rows_per_object=rows_per_object,
            accept_loss=accept_loss,
            writer=journal.writer,
            release="0.1.0",
        )
        return Driver(
            journal=journal,
            plan=plan,
            registry=STREAMS["names"],
            topic=lambda: topic_state(self.kafka, self.topic),
            carry=lambda manifest, contract: carry(
                TaskContext(manifest, contract, self.kafka, self.lake, accept_loss)
            ),
            position=journal.position(),
        )

    def on_other_topic(self, topic: str) -> Stream:
        return replace(self, topic=topic)


def carry(context: TaskContext) -> list[SplitReport]:
    return [one.report for one in carry_whole(context)]


def carry_whole(context: TaskContext) -> list[CarriedSplit]:
    """What Spark's executors do, one split after the other."""
    return [carried(one) for one in carry_some(context)]


def carried(outcome: SplitOutcome) -> CarriedSplit:
    """Of a stream that asks no registry."""
    assert isinstance(outcome, CarriedSplit)
    return outcome


def carry_some(context: TaskContext) -> list[SplitOutcome]:
    """The same, of splits that may ask for schemas."""
    consumer = split_consumer(librdkafka_config(context.kafka))
    decoder = decoder_of(context.contract, context.manifest.format)
    try:
        return [deliver_splits(context, [split], consumer, decoder)[0] for split in context.manifest.splits]
    finally:
        consumer.close()


@pytest.fixture
def kafka_settings(kafka: KafkaCluster) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers=kafka.bootstrap_servers, replication_factor=1, timeout=15)


@pytest.fixture
def new_stream(kafka_settings: KafkaSettings, topic: str, tmp_path: Path) -> Callable[..., Stream]:
    def make(partitions: int = 2, **config: str) -> Stream:
        lake = open_lake(LakeSettings(url=str(tmp_path / "lake"), attempts=3), "names")
        return Stream(kafka_settings, topic, lake, partitions).create(**config)

    return make


@pytest.fixture
def stream(new_stream: Callable[..., Stream]) -> Iterator[Stream]:
    yield new_stream()
