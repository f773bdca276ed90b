"""What was redriven is delivered beside its stream: only where others fill that, and only once there is a topic."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from structlog.testing import capture_logs
from unit.ledger.entries import manifest3

from waybill_common.errors import KafkaRefused, LakeRefused, TopicRefused
from waybill_common.kafka import TopicState
from waybill_common.lake import Lake
from waybill_common.settings import LakeSettings, Settings, StreamSettings
from waybill_delivery import sibling as module
from waybill_delivery.run_summary import RunSummary
from waybill_delivery.sibling import PERIOD_SECONDS, SiblingDelivery
from waybill_ops.dataset import begun_position
from waybill_streams.redrives import DatasetHome, home_of, route_of, route_of_redriven, sibling_of

OTHERS = StreamSettings(name="orders", topic="shop.orders", dataset="sales", contract=b"{}")


class World:
    """Counts what is asked, and stands in for the topic and the delivery."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, topic: str | None = None) -> None:
        self.topic, self.asked, self.now = topic, [], 0.0  # type: tuple[str | None, list[str], float]
        self.begun: list[DatasetHome] = []
        self.reached = 0
        self.hidden = self.refused = False
        monkeypatch.setattr(module, "topic_id", self._topic_id)
        monkeypatch.setattr(module, "is_hidden", lambda *_: self.hidden)
        monkeypatch.setattr(module, "no_such_topic", self._no_such_topic)
        monkeypatch.setattr(module, "begin", self._begin)
        monkeypatch.setattr(module, "reach_by_commits", self._reach)

    def of(self, stream: StreamSettings, lake: Path | None = None) -> SiblingDelivery:
        settings = Settings(stream=stream, lake=LakeSettings(url=str(lake or "/nowhere")))
        return SiblingDelivery(settings, lambda _: [], RunSummary(), lambda: self.now)

    def _topic_id(self, _kafka: object, name: str) -> str | None:
        self.asked.append(name)
        if self.hidden or self.refused:
            raise KafkaRefused("Not authorized.", allowed="rights.", remedy="grant them.")
        return self.topic

    def _no_such_topic(self, _kafka: object, name: str, *, allowed: str, remedy: str) -> TopicRefused:
        return TopicRefused(f"There is no topic {name}.", allowed=allowed, remedy=remedy)

    def _begin(self, _settings: object, *, home: DatasetHome, **_: object) -> World:
        self.begun.append(home)
        return self

    def loop(self, *_: Any) -> World:
        return self

    @property
    def position(self) -> Any:
        return type("Position", (), {"open": None, "frontier": {0: 1}, "topic_id": "id"})

    def look(self) -> Any:
        return type("State", (), {"log_ends": {0: 1}})

    def _reach(self, *_: Any) -> None:
        self.reached += 1


def going_on() -> bool:
    return False


def begin_dataset(lake: Path) -> None:
    ledger = lake / "orders_redriven" / "_waybill"
    ledger.mkdir(parents=True)
    (ledger / "00000000000000000001.manifest.json").write_bytes(manifest3().to_json())


def test_a_stream_of_ours_has_one_only_if_it_was_somebody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    delivery = world.of(StreamSettings())
    for _ in range(2):  # nobody makes one any more
        delivery.deliver(going_on)
    assert (world.asked, world.begun, delivery.topics) == (["names.redriven"], [], ())
    world.topic = "id"
    delivery = world.of(StreamSettings())
    delivery.deliver(going_on)
    assert delivery.topics == ("names.redriven",)
    assert world.begun == [DatasetHome("names_redriven", "names_redriven", "names.redriven")]
    route = route_of(StreamSettings())
    assert (route.sent_to, route.old_ids) == ("names_topic", ("waybill-names-names_topic-redrive",))
    assert route.before == route_of_redriven(StreamSettings())


@pytest.mark.parametrize("stream", [OTHERS, StreamSettings()], ids=["of others", "of ours"])
def test_a_topic_that_this_user_may_not_even_learn_of_ends_no_run(
    stream: StreamSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world = World(monkeypatch)
    world.hidden = True
    delivery = world.of(stream, tmp_path)
    with capture_logs() as logs:
        for _ in range(2):
            delivery.deliver(going_on)
    assert world.begun == []
    assert [one["event"] for one in logs] == ["topic_is_hidden"] * (stream is OTHERS)


@pytest.mark.parametrize("refused", [("get",), ("get", "keys")], ids=["reading", "reading and listing"])
@pytest.mark.parametrize("stream", [OTHERS, StreamSettings()], ids=["of others", "of ours"])
def test_a_store_that_refuses_what_is_not_there_ends_no_run_either(
    stream: StreamSettings, refused: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As the stack's does, whose users have rights below the folders of their datasets alone."""
    world = World(monkeypatch)
    world.hidden = True
    (tmp_path / "names_redriven").mkdir()
    (tmp_path / "orders_redriven").mkdir()
    refuse = Mock(side_effect=LakeRefused("Access Denied.", allowed="rights.", remedy="grant them."))
    for name in refused:
        monkeypatch.setattr(Lake, name, refuse)
    settings = Settings(stream=stream, lake=LakeSettings(url=str(tmp_path)))
    world.of(stream, tmp_path).deliver(going_on)
    world.hidden = False
    world.of(stream, tmp_path).deliver(going_on)
    assert world.begun == []
    if stream.is_filled:
        assert begun_position(settings, sibling_of(stream)) is None


def test_it_does_where_the_dataset_has_begun(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    world = World(monkeypatch)
    world.hidden = True
    begin_dataset(tmp_path)
    with pytest.raises(KafkaRefused):
        world.of(OTHERS, tmp_path).deliver(going_on)


def test_a_topic_that_is_gone_though_its_dataset_has_begun_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world = World(monkeypatch)
    delivery = world.of(OTHERS, tmp_path)
    delivery.look_for(None)
    assert not delivery.may_wait(None)
    delivery.deliver(going_on)
    begin_dataset(tmp_path)
    delivery = world.of(OTHERS, tmp_path)
    delivery.look_for(None)
    assert delivery.may_wait(None)
    with pytest.raises(TopicRefused, match=r"orders\.redriven"):
        delivery.deliver(going_on)


def test_another_refusal_is_none_of_a_hidden_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    world.refused = True
    with pytest.raises(KafkaRefused):
        world.of(OTHERS).deliver(going_on)


def test_it_begins_once_its_topic_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    delivery = world.of(OTHERS)
    delivery.deliver(going_on)
    assert (world.asked, world.begun, delivery.told.redriven) == (["orders.redriven"], [], None)
    world.topic = "id"
    delivery.deliver(going_on)
    delivery.deliver(going_on)
    assert world.begun == [DatasetHome("orders_redriven", "orders_redriven", "orders.redriven")]
    assert (world.reached, delivery.told.redriven) == (2, RunSummary())
    assert home_of(OTHERS) == DatasetHome("sales", "orders", "shop.orders")


def test_a_run_that_goes_on_looks_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    delivery = world.of(OTHERS)
    for now in (0.0, 1.0, PERIOD_SECONDS, PERIOD_SECONDS + 1):
        world.now = now
        delivery.deliver_if_due(going_on)
    assert len(world.asked) == 2


@pytest.mark.parametrize(
    ("seen", "waits"),
    [
        (None, True), (TopicState("t", "id", {0: 0}, {0: 1}), False), (TopicState("t", "id", {0: 0}, {0: 2}), True),
        (TopicState("t", "id", {0: 0}, {0: 0}), True), (TopicState("t", "other", {0: 0}, {0: 1}), True),
        (TopicState("t", "id", {0: 0}, {0: 1, 1: 0}), False),
    ],
    ids=["gone", "nothing new", "a record more", "cut back", "made anew", "a partition more"],
)  # fmt: skip
def test_by_a_common_look_it_waits_where_its_topic_is_not_as_it_was(
    seen: TopicState | None, waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(monkeypatch, "id")
    delivery = world.of(OTHERS)
    assert (delivery.may_wait(None), delivery.may_wait(seen)) == (False, seen is not None)
    delivery.deliver(going_on)
    assert delivery.may_wait(seen) is waits
    told = delivery.told.redriven
    delivery.begin_anew()
    delivery.deliver(going_on)
    assert len(world.begun) == 2
    assert delivery.told.redriven is told


def test_a_run_that_is_to_end_begins_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, "id")
    world.of(OTHERS).deliver(lambda: True)
    assert (world.asked, world.begun) == ([], [])


def test_the_summary_has_it_where_there_is_one() -> None:
    told = RunSummary(rows=3)
    assert "redriven" not in told.as_json(seconds=1.0)
    told.redriven = RunSummary(rows=2)
    said: Any = told.as_json(seconds=1.0)
    assert (said["rows"], said["redriven"]["rows"], "seconds" in said["redriven"]) == (3, 2, False)
