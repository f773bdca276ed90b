"""What a cell plays with: a topic and a lake of its own on the shared parts, programs, traps, and the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from faults.audit import Stored, judge, judge_pages, read_lake, read_topic
from faults.contract_folder import contract_folder
from faults.drive import OF_OTHERS
from faults.held import HELD
from faults.parts import BUCKET, Parts
from faults.programs import Program, Programs
from faults.stream import Stream
from faults.traps import Fault, Trap
from pyarrow.fs import S3FileSystem

from waybill_sandbox.api import Simulator
from waybill_sandbox.s3 import ACCESS_KEY, REGION, SECRET_KEY
from waybill_sandbox.spark.spark_cluster import SparkCluster

T = TypeVar("T")


@dataclass(frozen=True)
class Spark:
    """How the Spark application is started."""

    home: Path
    jars: Sequence[Path]
    master: str = "local[2]"
    conf: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Rig(Stream):
    """``closes`` is false where no driver can go on any more; ``engines`` are the modules that deliver, by
    turns; ``drivers`` were started so far; ``version`` is that of the contract which the last one was given, and
    whoever goes on. ``of_others``: to the drivers the topic is one that no source of ours fills.
    """

    parts: Parts
    simulator: Simulator
    programs: Programs
    spark: Spark | None = None
    cluster: SparkCluster | None = None
    rows_per_object: int = 25
    repeated_ids: bool = False
    closes: bool = True
    engines: tuple[str, ...] = ("faults.drive",)
    drivers: int = 0
    version: int = 1
    of_others: bool = False

    @property
    def root(self) -> str:
        return f"{BUCKET}/{self.topic}"

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
        return self._next_driver(self._delivery | _flags(flags))

    def driver_of(self, module: str, name: str, **flags: object) -> Program:
        """Of this engine, whose turn it may be or not."""
        return self.programs.python(name, module, self._delivery | _flags(flags), {})

    def driver_of_streams(
        self, module: str, name: str, streams: str, env: Mapping[str, str], **flags: object
    ) -> Program:
        """One that delivers the ``streams`` of a pattern, of which ``env`` says where they are."""
        given = {name: value for name, value in self._delivery.items() if name != "stream.topic"}
        return self.programs.python(name, module, {**given, "stream": streams} | _flags(flags), env)

    def driver_with(self, version: int) -> Program:
        """One that is given this version of the contract, which differs from others by its number alone."""
        self.version = version
        return self._next_driver(self._delivery)

    def _next_driver(self, flags: Mapping[str, object]) -> Program:
        engine = self.engines[self.drivers % len(self.engines)]
        self.drivers += 1
        others = {OF_OTHERS: "1"} if self.of_others else {}
        given = {} if self.version == 1 else contract_folder(self.programs.folder, self.version)
        return self.programs.python("driver", engine, flags, {**given, **others})

    def command(self, *words: str, **flags: object) -> Program:
        """One of the operator's commands, held before it reads a topic: see ``faults.held``."""
        given = {name: value for name, value in self._delivery.items() if not name.startswith("delivery.")}
        program = " ".join(("waybill_ops.cli", *words))
        return self.programs.python(words[0], "faults.held", given | _flags(flags), {HELD: program})

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

    def on_store(self, fault: Fault) -> Trap:
        return self.parts.store_proxy.board.arm(fault)

    def on_kafka(self, fault: Fault) -> Trap:
        return self.parts.kafka_proxy.board.arm(fault)

    @property
    def store_files(self) -> S3FileSystem:
        """Past the proxy."""
        return S3FileSystem(
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            region=REGION,
            endpoint_override=self.parts.store.endpoint,
        )

    def stored(self, dataset: str = "names") -> Stored:
        """Past the proxy."""
        return read_lake(self.store_files, f"{self.root}/{dataset}")

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
        """What a reader meets that knows nothing of the ledger: whole objects, no offset twice, and
        the document of each manifest's contract."""
        stored = self.stored()
        objects = stored.objects
        assert stored.without_document() == []
        assert [key for key, one in objects.items() if one.rows is None] == []
        places = [
            (r["kafka_partition"], r["kafka_offset"]) for one in objects.values() for r in one.rows or ()
        ]
        assert len(places) == len(set(places))


def _flags(given: Mapping[str, object]) -> dict[str, object]:
    """``lake__attempts=2`` as ``lake.attempts``."""
    return {name.replace("__", ".").replace("_", "-"): value for name, value in given.items()}
