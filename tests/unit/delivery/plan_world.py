"""What plans are made of: a broker that can only be looked at, and a lake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from unit.contracts.documents import ORDERS
from unit.delivery.several_world import World, world

from waybill_common.errors import (
    KafkaUnavailable,
    SettingsRefused,
    TopicRefused,
)
from waybill_common.kafka import Topic, TopicState
from waybill_common.settings import DeliverySettings, KafkaSettings, LakeSettings, Settings, StreamSettings
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.judging import KafkaInput
from waybill_contracts.newest_records import NewestRecord
from waybill_delivery import beginning, plan_of_run, sibling
from waybill_delivery.plan_of_run import plan_of
from waybill_delivery.planning import RunPlan

__all__ = ["Broker", "broker", "delivered", "files", "planned", "run", "settings", "shop", "world"]
DAY = 86_400


@dataclass
class Broker:
    """Topics by name, each with its state; it has no way to change one."""

    topics: dict[str, TopicState] = field(default_factory=dict)
    records: list[bytes | None] = field(default_factory=list)
    headers: tuple[tuple[bytes, bytes | None], ...] = ()
    day_ago: dict[int, int] | None = None
    is_gone: bool = False

    def describe(self, _kafka: KafkaSettings, name: str, **_: Any) -> Topic | None:
        if self.is_gone:
            raise KafkaUnavailable("No broker answers.", allowed="one.", remedy="start it.")
        if name not in self.topics:
            return None
        state = self.topics[name]
        return Topic(name, state.id, len(state.log_ends), state.cleanup_policy, 7 * DAY * 1000, -1)

    def existing(self, kafka: KafkaSettings, name: str, *, allowed: str, remedy: str) -> Topic:
        found = self.describe(kafka, name)
        if found is None:
            raise TopicRefused(f"Topic {name} does not exist.", allowed=allowed, remedy=remedy)
        return found

    def state(self, _kafka: KafkaSettings, name: str) -> TopicState:
        return self.topics[name]

    def at(self, _kafka: KafkaSettings, topic: TopicState, _moment: object) -> dict[int, int]:
        return dict(self.day_ago or topic.log_starts)

    def newest(self, *_: object) -> list[NewestRecord]:
        return [
            NewestRecord(0, at, KafkaInput(one, headers=self.headers)) for at, one in enumerate(self.records)
        ]


@pytest.fixture
def broker(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    made = Broker()
    for module in (beginning, plan_of_run):
        monkeypatch.setattr(module, "topic_state", made.state)
    monkeypatch.setattr(beginning, "existing_topic", made.existing)
    monkeypatch.setattr(plan_of_run, "describe_topic", made.describe)
    monkeypatch.setattr(plan_of_run, "topic_to_be", made.describe)
    monkeypatch.setattr(plan_of_run, "offsets_at", made.at)
    monkeypatch.setattr(plan_of_run, "newest_records", made.newest)
    monkeypatch.setattr(sibling, "topic_id", lambda _, name: name if name in made.topics else None)
    monkeypatch.setattr(beginning, "ensure_topic", None)  # a plan makes none
    monkeypatch.setattr(beginning, "check_conditional_writes", None)
    yield made


def settings(folder: Path, start: Any = None, source: str | None = None, **delivery: Any) -> Settings:
    return Settings(
        stream=StreamSettings(
            name="orders", topic="shop", contract=canonical_bytes(ORDERS), start=start, source=source
        ),
        kafka=KafkaSettings(bootstrap_servers="127.0.0.1:1", timeout=1),
        lake=LakeSettings(url=str(folder / "lake")),
        delivery=DeliverySettings(**delivery),
    )


def shop(start: int = 0, end: int = 0, policy: str = "delete", ident: str = "id of shop") -> TopicState:
    return TopicState("shop", ident, {0: start}, {0: end}, policy)


def files(folder: Path) -> dict[str, bytes]:
    """Also the folders that are empty."""
    return {
        str(one.relative_to(folder)): one.read_bytes() if one.is_file() else b"" for one in folder.rglob("*")
    }


def planned(of: Settings, folder: Path) -> RunPlan:
    before = files(folder)
    found = plan_of(of)
    assert files(folder) == before
    return found


def delivered(world: World, broker: Broker, of: Settings, end: int, *, dies: bool = False) -> None:
    """By a run, as the engines do it."""
    topic = of.stream.topic
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beginning, "topic_state", world.state)
        patch.setattr(beginning, "existing_topic", lambda _kafka, name, **_: world.topic(name))
        patch.setattr(beginning, "check_conditional_writes", lambda _lake: None)
        world.ends[topic] = end
        world.watches.setdefault("orders", world.watches.get("orders") or _watch(world))
        if dies:
            world.errors["orders"] = [SettingsRefused("x.", allowed="y.", remedy="z.")]
        world.run(of)
    broker.topics[topic] = TopicState(topic, world.topic(topic).id, {0: 0}, {0: end})


def run(world: World, broker: Broker, of: Settings) -> int:
    """What a run ends with, on the topics that the plan saw."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beginning, "check_conditional_writes", lambda _lake: None)
        patch.setattr(beginning, "ensure_topic", broker.describe)
        world.untold.add(of.stream.topic)  # so the run asks for it by itself
        world.ends[of.stream.topic] = 0
        world.watches["orders"] = _watch(world)
        return world.run(of).exit_code


def _watch(world: World) -> Any:
    world.stream("orders")
    return world.watches["orders"]
