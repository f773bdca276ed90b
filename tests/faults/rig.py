"""What a cell plays with: a topic and a lake of its own on the shared parts, programs, traps, and the audit."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from confluent_kafka import Consumer
from confluent_kafka import Producer
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin import NewTopic
from faults.audit import Logged
from faults.audit import Stored
from faults.audit import judge
from faults.audit import judge_pages
from faults.audit import read_lake
from faults.audit import read_topic
from faults.drive import CONTRACTS
from faults.parts import BUCKET
from faults.parts import Parts
from faults.programs import Program
from faults.programs import Programs
from faults.records import event
from faults.traps import Fault
from faults.traps import Trap
from pyarrow.fs import S3FileSystem

from waybill_sandbox.api import Simulator
from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.s3 import ACCESS_KEY
from waybill_sandbox.s3 import REGION
from waybill_sandbox.s3 import SECRET_KEY
from waybill_sandbox.spark import SparkCluster

T = TypeVar("T")


@dataclass(frozen=True)
class Spark:
    """How the Spark application is started."""

    home: Path
    jars: Sequence[Path]
    master: str = "local[2]"
    conf: tuple[str, ...] = ()


@dataclass
class Rig:
    """``kafka`` is the cell's cluster: the proxied node, or three brokers without a proxy.

    ``records`` keeps what the topic held where a cell is about to remove some of it. ``closes`` is false where no
    driver can go on any more. ``delivered``: nothing was produced since the last whole delivery.
    """

    name: str
    parts: Parts
    kafka: KafkaCluster
    simulator: Simulator
    programs: Programs
    random: random.Random
    spark: Spark | None = None
    cluster: SparkCluster | None = None
    copies: int = 1
    partitions: int = 2
    rows_per_object: int = 25
    records: dict[tuple[int, int], Logged] = field(default_factory=dict)
    repeated_ids: bool = False
    closes: bool = True
    delivered: bool = False

    def __post_init__(self) -> None:
        self.topic = f"names_topic.{self.name}.{uuid.uuid4().hex[:6]}"
        self.root = f"{BUCKET}/{self.topic}"
        self.made = 0

    # ---- what is in the topic

    def create_topic(self, **config: str) -> None:
        """By the cluster's own tool, as an operator would."""
        wanted = NewTopic(
            self.topic, num_partitions=self.partitions, replication_factor=self.copies, config=config
        )
        self.admin.create_topics([wanted])[self.topic].result(timeout=30)
        self.until(lambda: self.topic in self.admin.list_topics(timeout=5).topics, "the topic")

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

    # ---- programs

    def producer(self, module: str = "waybill_producer.cli", **flags: object) -> Program:
        self.delivered = False
        given = {
            **self._stream,
            "kafka.partitions": self.partitions,
            "source.url": self.simulator.url,
            "source.seed": "abc",
            "source.results": 50,
            "source.backoff": 0.02,
            "source.window": 1,
            "source.users-per-window": 1_000_000,
            "producer.pages": 2,
            "producer.pause-interval": 0,
        }
        return self.programs.python("producer", module, given | _flags(flags), {})

    def driver(self, **flags: object) -> Program:
        """Without the JVM."""
        return self.programs.python("driver", "faults.drive", self._delivery | _flags(flags), {})

    def driver_with(self, contracts: str) -> Program:
        """One of a release that carries other contracts: their versions, separated by commas."""
        return self.programs.python("driver", "faults.drive", self._delivery, {CONTRACTS: contracts})

    def spark_driver(self, **flags: object) -> Program:
        assert self.spark is not None
        spark = self.spark
        given = self._delivery | _flags(flags)
        return self.programs.spark(
            given, home=spark.home, jars=spark.jars, master=spark.master, conf=spark.conf
        )

    def deliver(self, **flags: object) -> Program:
        """A driver that runs to the topic's end without trouble."""
        self.settle()
        program = self.driver(**flags)
        program.ended_with(0)
        self.delivered = True
        return program

    @property
    def _stream(self) -> dict[str, object]:
        return {
            "kafka.bootstrap-servers": self.kafka.bootstrap_servers,
            "kafka.replication-factor": self.copies,
            "kafka.timeout": 15,
            "stream.topic": self.topic,
            "log.format": "json",
        }

    @property
    def _delivery(self) -> dict[str, object]:
        return {
            **self._stream,
            "lake.url": f"s3://{self.root}",
            "lake.endpoint": self.parts.store_proxy.endpoint,
            "lake.access-key-id": ACCESS_KEY,
            "lake.attempts": 4,
            "lake.timeout": 120,
            "delivery.rows-per-object": self.rows_per_object,
        }

    # ---- faults

    def on_store(self, fault: Fault) -> Trap:
        return self.parts.store_proxy.board.arm(fault)

    def on_kafka(self, fault: Fault) -> Trap:
        return self.parts.kafka_proxy.board.arm(fault)

    def until(self, found: Callable[[], T], what: str, seconds: float = 60.0) -> T:
        """What ``found`` returns once that is true."""
        deadline = time.monotonic() + seconds
        while not (result := found()):
            assert time.monotonic() < deadline, f"{what} never came"
            time.sleep(0.02)
        return result

    # ---- audit

    def stored(self) -> Stored:
        """Past the proxy."""
        files = S3FileSystem(
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            region=REGION,
            endpoint_override=self.parts.store.endpoint,
        )
        return read_lake(files, f"{self.root}/names")

    def audit(self) -> tuple[int, list[object], list[object], list[str]]:
        """Events, lost, doubled, and what else is wrong: of the lake, and of the pages where a producer ran."""
        brokers = self.kafka.bootstrap_servers
        topics = self.admin.list_topics(timeout=30).topics
        logged = read_topic(brokers, self.topic) if self.topic in topics and self.closes else {}
        verdict = judge(
            self.records | logged, self.stored(), complete=self.closes, repeated_ids=self.repeated_ids
        )
        lost, doubled, wrong = list[object](verdict.lost), list[object](verdict.doubled), list(verdict.wrong)
        events = verdict.events
        if f"{self.topic}.cursor" in topics:
            dead = read_topic(brokers, f"{self.topic}.dead").values()
            cursors = read_topic(brokers, f"{self.topic}.cursor").values()
            published = [one for one in logged.values() if "source" in one.headers]
            pages = judge_pages(published, dead, cursors)
            lost, doubled = [*lost, *pages.lost], [*doubled, *pages.doubled]
            wrong += pages.wrong
            events = max(events, pages.events)
        return events, lost, doubled, wrong

    def check_at_this_moment(self) -> None:
        """What a reader meets that knows nothing of the ledger: whole objects, and no offset twice."""
        objects = self.stored().objects
        assert [key for key, one in objects.items() if one.rows is None] == []
        places = [
            (r["kafka_partition"], r["kafka_offset"]) for one in objects.values() for r in one.rows or ()
        ]
        assert len(places) == len(set(places))

    def settle(self) -> None:
        """Until no transaction is open: a commit is answered before its markers are in the log."""
        self.until(
            lambda: self._ends("read_committed") == self._ends("read_uncommitted"), "the transactions' end"
        )

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


def _flags(given: Mapping[str, object]) -> dict[str, object]:
    """``lake__attempts=2`` as ``lake.attempts``."""
    return {name.replace("__", ".").replace("_", "-"): value for name, value in given.items()}
