"""Several streams in one run: real ledgers in a folder, topics and workers that are told what to do."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from unit.contracts.documents import ORDERS

from waybill_common.errors import KafkaUnavailable
from waybill_common.kafka import SeenTopic, Topic, TopicState
from waybill_common.lake import Lake, open_lake
from waybill_common.ledger import Journal
from waybill_common.ledger.split_report import SplitReport3
from waybill_common.many import tries
from waybill_common.settings import DeliverySettings, KafkaSettings, LakeSettings, Settings, StreamSettings
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_delivery import beginning, sibling
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.several import StreamsSummary, deliver_streams
from waybill_delivery.splits import CarriedSplit, SplitsDropped, TaskContext

WAIT = 30
PASSING = KafkaUnavailable("No broker.", allowed="one.", remedy="start it.")


@dataclass
class Stop:
    event: threading.Event = field(default_factory=threading.Event)
    opened: Any = None

    def asked(self) -> bool:
        return self.event.is_set()

    def names_open(self, commits: Any) -> None:
        self.opened = commits


@dataclass
class Watch:
    followed: int = 0
    others: int = 0
    idles: int = 0
    end: str | None = "still there"

    def follow(self, _delivery: DeliveryLoop) -> None:
        self.followed += 1

    def beside(self, _delivery: DeliveryLoop) -> None:
        self.others += 1

    def idle(self, _delivery: DeliveryLoop) -> None:
        self.idles += 1

    def ended(self, why: str | None) -> None:
        self.end = why


@dataclass
class World:
    """Topics by name with one partition each, and an engine: ``errors`` are what a stream's next commits meet,
    ``gates`` what they wait for. ``alone`` counts questions about one topic, ``looks`` has those about several.
    """

    folder: Path
    ends: dict[str, int] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    errors: dict[str, list[BaseException]] = field(default_factory=dict)
    look_errors: list[BaseException] = field(default_factory=list)
    untold: set[str] = field(default_factory=set)
    gates: dict[str, threading.Event] = field(default_factory=dict)
    dropped: threading.Event = field(default_factory=threading.Event)
    carried: Counter[str] = field(default_factory=Counter)
    begun: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    looks: list[list[str]] = field(default_factory=list)
    asked_anew: list[int] = field(default_factory=list)
    asked_whole: list[list[str]] = field(default_factory=list)
    stop: Stop = field(default_factory=Stop)
    watches: dict[str, Watch] = field(default_factory=dict)

    def stream(
        self,
        name: str,
        waiting: int = 0,
        trigger: str = "available-now",
        source: str | None = "ours",
        **delivery: Any,
    ) -> Settings:
        document = canonical_bytes(ORDERS | {"stream": name})
        self.ends[f"{name}_topic"] = waiting
        self.watches[name] = Watch()
        return Settings(
            stream=StreamSettings(name=name, topic=f"{name}_topic", contract=document, source=source),
            kafka=KafkaSettings(bootstrap_servers="127.0.0.1:1", timeout=1),
            lake=LakeSettings(url=str(self.folder / "lake")),
            delivery=DeliverySettings(trigger=trigger, **delivery),
        )

    def lake(self, name: str) -> Lake:
        return open_lake(LakeSettings(url=str(self.folder / "lake")), name)

    def frontier(self, name: str) -> int:
        return Journal(self.lake(name), writer="").position().frontier.get(0, 0)

    def redriven(self, name: str, records: int) -> None:
        """Of a stream whose topic others fill."""
        self.ends[f"{name}.redriven"] = records

    def topic(self, name: str) -> Topic:
        return Topic(name, self.ids.get(name, f"id of {name}"), 1, "delete", -1, -1)

    def state(self, _kafka: KafkaSettings, name: str) -> TopicState:
        self.alone[name] += 1
        return TopicState(name, self.topic(name).id, {0: 0}, {0: self.ends[name]})

    def now(
        self,
        _kafka: KafkaSettings,
        names: Collection[str],
        known: Mapping[str, Topic],
        lately: Mapping[str, SeenTopic],
    ) -> dict[str, SeenTopic]:
        self.looks.append(sorted(names))
        self.asked_anew.append(len({*names} - {*known}))
        self.asked_whole.append(sorted({*names} - {*lately}))
        if self.look_errors:
            raise self.look_errors.pop(0)
        return {
            name: SeenTopic(
                self.topic(name), TopicState(name, self.topic(name).id, {0: 0}, {0: self.ends[name]})
            )
            for name in names
            if name not in self.untold and name in self.ends
        }

    def carry(self, context: TaskContext) -> list[CarriedSplit]:
        stream = context.manifest.stream
        if self.dropped.is_set():
            raise SplitsDropped(stream)
        self.begun[stream] += 1
        if stream in self.gates:
            assert self.gates[stream].wait(WAIT)
        if self.errors.get(stream):
            raise self.errors[stream].pop(0)
        self.carried[stream] += 1
        reports = [
            SplitReport3(
                partition=one.partition, start=one.start, end=one.end, rows=0, dead=0, skipped=0,
                empty=one.length, lost=0, tombstones=0, raw_bytes=0, holes=(), reasons={}, data=(),
                dead_letters=None,
            )
            for one in context.manifest.splits
        ]  # fmt: skip
        return [CarriedSplit(report, ()) for report in reports]

    def drop_what_is_not_begun(self) -> None:
        self.dropped.set()

    def run(self, *streams: Settings) -> StreamsSummary:
        by_name = {one.stream.name: one for one in streams}
        return deliver_streams(by_name, self, self.stop, self.watches, topics=self.now)  # type: ignore[arg-type]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path)
    monkeypatch.setattr(beginning, "topic_state", made.state)
    for name in ("ensure_topic", "existing_topic"):
        monkeypatch.setattr(beginning, name, lambda _kafka, name, **_: made.topic(name))
    monkeypatch.setattr(sibling, "topic_id", lambda _, name: f"id of {name}" if name in made.ends else None)
    monkeypatch.setattr(tries, "_PAUSES", (0.01, 0.02, 0.03, 0.04, 0.05))
    return made


@pytest.fixture
def beside(world: World) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made
        world.stop.event.set()  # a test that failed leaves no run behind that nobody ends


def soon(is_so: Any) -> None:
    deadline = time.monotonic() + WAIT
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def codes(summary: StreamsSummary) -> dict[str, int]:
    return {name: end.outcome.exit_code for name, end in summary.streams.items()}
