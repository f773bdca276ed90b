"""Drivers and late task attempts as threads that take turns at the store, one operation at a time.

The code under test is the real one: journal, decisions, task storage, on a real folder. Only Kafka is a list.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

import pyarrow as pa
import pyarrow.parquet as pq
from confluent_kafka import Message
from unit.contract.messages import message

from waybill_common.contract import BoundContract, Registry
from waybill_common.kafka import TopicState
from waybill_common.lake import Lake
from waybill_common.lake.store import Put
from waybill_common.ledger import Journal, Layout, Manifest, ManifestPlan, OffsetRange, Split, SplitReport
from waybill_common.settings import KafkaSettings
from waybill_delivery.backfilling import deliver_range
from waybill_delivery.events import decoder_of as new_decoder
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.objects.parquet import encode
from waybill_delivery.splits.task import end_of_loss, store_split
from waybill_delivery.splits.task_context import TaskContext

TOPIC = "names_topic"
BOUND_SECONDS = 30.0


class Fault(Enum):
    """What happens to a store operation."""

    NONE = "none"
    REPLY_LOST = "reply lost"
    NOTHING_STORED = "refused with nothing stored"
    APPLIED_LATE = "applied late"
    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"


class Build(threading.local):
    """Which build the current thread runs; another one writes the same rows as other bytes."""

    number = 0


BUILD = Build()


def encode_by_build(table: pa.Table, layout: Layout) -> bytes:
    """Stands in for ``encode`` of another pyarrow."""
    if not BUILD.number:
        return encode(table, layout)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="gzip")
    return bytes(sink.getvalue().to_pybytes())


class Killed(BaseException):
    """SIGKILL: nothing of the actor runs on."""


@dataclass
class Log:
    """Two partitions; an offset without a record is a transaction marker."""

    records: dict[int, dict[int, bytes]]
    ends: dict[int, int]
    starts: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0})

    def state(self) -> TopicState:
        return TopicState(TOPIC, "topic-id", dict(self.starts), dict(self.ends))

    def read(self, split: Split) -> list[Message]:
        low = max(split.start, self.starts[split.partition])
        held = self.records[split.partition]
        return [message(o, 1000 + o, held[o]) for o in range(low, split.end) if o in held]


class Actor:
    """One process: a thread that waits for its turn before each store operation.

    One that ``drives`` is a driver; the others are attempts of tasks whose driver no longer listens.
    """

    def __init__(self, world: World, build: int, work: Callable[[Actor], None], *, drives: bool) -> None:
        self.world = world
        self.build = build
        self.drives = drives
        self.fault = Fault.NONE
        self.alive = True
        self.outcome: BaseException | None = None
        self._turn = threading.Semaphore(0)
        self._rest = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()
        self._wait()

    def step(self, fault: Fault = Fault.NONE) -> None:
        """Let one store operation happen, or go wrong."""
        self.fault = fault
        self._turn.release()
        self._wait()

    def finish(self) -> None:
        for _ in range(2000):
            if not self.alive:
                return
            self.step()
        raise AssertionError("an actor that never ends")

    def at_the_store(self) -> Fault:
        """Called by the actor's own thread before an operation."""
        self._rest.release()
        self._turn.acquire()
        if self.fault is Fault.KILLED_BEFORE:
            raise Killed
        return self.fault

    def _wait(self) -> None:
        assert self._rest.acquire(timeout=BOUND_SECONDS), "an actor that hangs"

    def _run(self, work: Callable[[Actor], None]) -> None:
        BUILD.number = self.build
        try:
            work(self)
        except BaseException as error:  # noqa: BLE001  # the outcome is what the test looks at
            self.outcome = error
        self.alive = False
        self._rest.release()


@dataclass(frozen=True)
class TurnLake(Lake):
    """The real store, seen through one actor's faulty network."""

    actor: Actor = None  # type: ignore[assignment]  # always given; dataclasses want a default behind defaults

    def put_new(self, key: str, body: bytes) -> Put:
        fault = self.actor.at_the_store()
        if fault is Fault.NOTHING_STORED:
            return Put(stored=False, why="409")
        if fault is Fault.APPLIED_LATE:
            self.actor.world.late.append(lambda: Lake.put_new(self, key, body))
            return Put(stored=False, why="time-out")
        done = super().put_new(key, body)
        self._after(fault)
        return Put(stored=False, why="reply lost") if fault is Fault.REPLY_LOST else done

    def get(self, key: str, *, limit: int | None = None) -> bytes | None:
        fault = self.actor.at_the_store()
        found = super().get(key, limit=limit)
        self._after(fault)
        return found

    def keys(self, prefix: str, *, after: str | None = None) -> Iterator[str]:
        fault = self.actor.at_the_store()
        found = list(super().keys(prefix, after=after))
        self._after(fault)
        return iter(found)

    def overwrite(self, key: str, body: bytes) -> None:
        fault = self.actor.at_the_store()
        super().overwrite(key, body)
        self._after(fault)

    def _after(self, fault: Fault) -> None:
        if fault is Fault.KILLED_AFTER:
            raise Killed


decoder_of = lru_cache(new_decoder)


class World:
    """One lake, one log, and whoever works on them."""

    def __init__(
        self, lake: Lake, log: Log, contracts: tuple[BoundContract, ...], *, accept_loss: bool = False
    ) -> None:
        self.lake = lake
        self.log = log
        self.contracts = contracts
        self.accept_loss = accept_loss
        self.late: list[Callable[[], object]] = []
        self.carried: list[tuple[TaskContext, Split]] = []

    def driver(self, *, build: int = 0, contract: int = -1) -> Actor:
        """A driver that starts now and ends when the frontier has reached the log's end."""

        def work(actor: Actor) -> None:
            journal = Journal(self._lake_of(actor), writer=uuid.uuid4().hex)
            delivery = DeliveryLoop(
                journal=journal,
                plan=self._plan(self.contracts[contract], journal.writer),
                registry=Registry(self.contracts),
                topic=self.log.state,
                carry=lambda manifest, found: self._carry(actor, manifest, found),
                position=journal.position(),
            )
            delivery.recover()
            delivery.reach(dict(self.log.ends))

        return Actor(self, build, work, drives=True)

    def backfill(self, stretch: OffsetRange, *, build: int = 0) -> Actor:
        """A driver that wants to begin the dataset with this stretch, and no other."""

        def work(actor: Actor) -> None:
            journal = Journal(self._lake_of(actor), writer=uuid.uuid4().hex)
            delivery = DeliveryLoop(
                journal=journal,
                plan=self._plan(self.contracts[-1], journal.writer),
                registry=Registry(self.contracts),
                topic=self.log.state,
                carry=lambda manifest, found: self._carry(actor, manifest, found),
                position=journal.position(),
            )
            deliver_range(delivery, stretch)

        return Actor(self, build, work, drives=True)

    def late_attempt(self, index: int, *, build: int) -> Actor:
        """Another attempt of a task that some driver has carried, perhaps long ago."""
        context, split = self.carried[index % len(self.carried)]

        def work(actor: Actor) -> None:
            self._store(actor, context, split)

        return Actor(self, build, work, drives=False)

    def _carry(self, actor: Actor, manifest: Manifest, contract: BoundContract) -> list[SplitReport]:
        context = TaskContext(manifest, contract, KafkaSettings(), self.lake, self.accept_loss)
        self.carried += [(context, split) for split in manifest.splits]
        return [self._store(actor, context, split) for split in manifest.splits]

    def _store(self, actor: Actor, context: TaskContext, split: Split) -> SplitReport:
        here = TaskContext(
            context.manifest, context.contract, context.kafka, self._lake_of(actor), context.accept_loss
        )
        block = decoder_of(context.contract, context.manifest.format).decode(
            split.partition, self.log.read(split)
        )
        return store_split(
            here, split, [block], end_of_loss(here, split, [block], self.log.starts[split.partition])
        ).report

    def _lake_of(self, actor: Actor) -> TurnLake:
        return TurnLake(self.lake.settings, self.lake.stream, actor=actor)

    def _plan(self, contract: BoundContract, writer: str) -> ManifestPlan:
        layout = Layout(row_group_rows=100, compression="none")
        return ManifestPlan(TOPIC, contract, layout, 3, self.accept_loss, writer, "test")
