"""Where a redrive sends: into the stream's own topic, or where others fill that, into one topic of Waybill's."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock

import pytest

from waybill_common.errors import LakeRefused, TopicRefused
from waybill_common.kafka import Topic, redriven_plan
from waybill_common.lake import Lake
from waybill_common.settings import KafkaSettings, LakeSettings, Settings, StreamSettings
from waybill_ops.audit import auditing
from waybill_ops.audit.auditing import audit_redriven
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.redrive import session_way as module
from waybill_ops.redrive.session_way import SessionWay, way_to_record, way_to_send
from waybill_ops.redrive.takeover import transactional_id

OTHERS = Settings(stream=StreamSettings(name="orders", topic="shop.orders", contract=b"{}"))
SOURCE = Topic("shop.orders", "source", 5, "delete", 1_000, 2_000, max_message_bytes=50)


class Cluster:
    """Topics by name, those that were made, and what redrives recorded."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *topics: Topic, ledger: str | None = None) -> None:
        self.topics = {one.name: one for one in topics}
        self.made: list[str] = []
        self.sent_to: set[tuple[str, str]] = set()
        self.hidden: set[str] = set()
        monkeypatch.setattr(module, "is_hidden", lambda _, name: name in self.hidden)
        monkeypatch.setattr(module, "describe_topic", lambda _, name: self.topics.get(name))
        monkeypatch.setattr(module, "topic_id", lambda _, name: self._id(name))
        monkeypatch.setattr(module, "require_topic", self._make)
        position = SimpleNamespace(topic_id=ledger)
        monkeypatch.setattr(module, "begun_position", lambda *_: None if ledger is None else position)
        monkeypatch.setattr(module, "read_recorded", lambda *_, **__: SimpleNamespace(sent_to=self.sent_to))

    def _id(self, name: str) -> str | None:
        found = self.topics.get(name)
        return found.id if found else None

    def _make(self, _kafka: object, plan: Any) -> Topic:
        if plan.name not in self.topics:
            self.made.append(plan.name)
            self.topics[plan.name] = redriven("made")
        return self.topics[plan.name]


def redriven(topic_id: str) -> Topic:
    return Topic("orders.redriven", topic_id, 3, "delete", 1_000, 2_000, max_message_bytes=60)


def letters(settings: Settings, topic_id: str = "source") -> Any:
    return cast(Any, SimpleNamespace(topic=settings.stream.topic, topics={settings.stream.topic: topic_id}))


def test_the_topic_of_what_was_redriven_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster(monkeypatch, SOURCE)
    first, second = (way_to_send(OTHERS, letters(OTHERS)) for _ in range(2))
    assert (first.sent_to, first.sent_to_id, first.recorded_in) == (
        "orders.redriven",
        "made",
        "orders.redrives",
    )
    assert (second, cluster.made) == (first, ["orders.redriven"])
    assert transactional_id(first.recorded_in) == "waybill-orders.redrives"


def test_a_waiver_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster(monkeypatch, SOURCE)
    assert way_to_record(OTHERS, letters(OTHERS)).recorded_in == "orders.redrives"
    assert cluster.made == []


@pytest.mark.parametrize("now", [None, "another"])
@pytest.mark.parametrize("named", ["ledger", "record"])
def test_another_topic_than_the_one_that_is_named_is_refused_before_one_is_made(
    monkeypatch: pytest.MonkeyPatch, named: str, now: str | None
) -> None:
    there = [] if now is None else [redriven(now)]
    cluster = Cluster(monkeypatch, SOURCE, *there, ledger="first" if named == "ledger" else None)
    cluster.sent_to = {("orders.redriven", "first")} if named == "record" else set()
    with pytest.raises(TopicRefused, match="first"):
        way_to_send(OTHERS, letters(OTHERS))
    assert cluster.made == []


def test_the_streams_own_topic_has_to_be_its_ledgers(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Settings()
    Cluster(monkeypatch, Topic("names_topic", "id", 3, "delete", -1, -1))
    way = way_to_send(own, letters(own, "id"))
    assert (way.sent_to, way.recorded_in, len(way.old_ids)) == ("names_topic", "names_topic.redrives", 1)
    way.check_named({("names_topic", "of a topic before")})
    with pytest.raises(TopicRefused, match="the ledger knows other"):
        way_to_send(own, letters(own, "other"))


GIVEN = OTHERS.model_copy(update={"stream": OTHERS.stream.model_copy(update={"source": "some_api"})})
"""The same stream, given a source later."""

RECORDS = Topic("orders.redrives", "r", 1, "compact", -1, -1)


def test_a_stream_that_was_given_a_source_takes_both_ids_and_sends_into_its_own_topic(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cluster = Cluster(monkeypatch, SOURCE, RECORDS, redriven("first"), ledger="first")
    cluster.sent_to = {("orders.redriven", "first")}
    way = way_to_send(GIVEN, letters(GIVEN))
    assert (way.sent_to, way.sent_to_id, way.recorded_in) == ("shop.orders", "source", "shop.orders.redrives")
    assert (way.recorded_before, way.bound) == ("orders.redrives", ("orders.redriven", "first"))
    assert way.old_ids == ("waybill-orders-shop.orders-redrive", "waybill-orders.redrives")
    assert cluster.made == []


def test_letters_of_what_was_redriven_go_where_they_went_before(monkeypatch: pytest.MonkeyPatch) -> None:
    Cluster(monkeypatch, SOURCE, RECORDS, redriven("first"), ledger="first")
    of_sibling = cast(Any, SimpleNamespace(topic="orders.redriven", topics={"orders.redriven": "first"}))
    way = way_to_send(GIVEN, of_sibling)
    assert (way.sent_to, way.recorded_in, way.old_ids) == ("orders.redriven", "orders.redrives", ())


@pytest.mark.parametrize("now", [None, "another"])
@pytest.mark.parametrize("named", ["ledger", "record"])
def test_it_is_refused_where_the_topic_of_what_was_redriven_is_another_one(
    monkeypatch: pytest.MonkeyPatch, named: str, now: str | None
) -> None:
    there = [] if now is None else [redriven(now)]
    cluster = Cluster(monkeypatch, SOURCE, RECORDS, *there, ledger="first" if named == "ledger" else None)
    cluster.sent_to = {("orders.redriven", "first")} if named == "record" else set()
    with pytest.raises(TopicRefused, match="first"):
        way_to_send(GIVEN, letters(GIVEN))


@pytest.mark.parametrize("hidden", [False, True], ids=["not there", "hidden"])
def test_a_stream_that_always_had_its_source_takes_no_id_for_it(
    monkeypatch: pytest.MonkeyPatch, hidden: bool
) -> None:
    own = Settings()
    cluster = Cluster(monkeypatch, Topic("names_topic", "id", 3, "delete", -1, -1))
    cluster.hidden = {"names.redrives", "names.redriven"} if hidden else set()
    way = way_to_send(own, letters(own, "id"))
    assert (way.recorded_before, way.old_ids) == (None, ("waybill-names-names_topic-redrive",))


def test_a_topic_that_is_made_anew_during_a_transaction_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster(monkeypatch, redriven("first"))
    way = SessionWay("orders.redriven", "first", "orders.redrives")
    way.check_still_there(KafkaSettings())
    cluster.topics["orders.redriven"] = redriven("second")
    with pytest.raises(TopicRefused, match="began with first"):
        way.check_still_there(KafkaSettings())


def test_it_keeps_records_as_the_source_does_unless_it_is_told_otherwise() -> None:
    kafka = KafkaSettings(partitions=7)
    plan = redriven_plan(kafka, "orders.redriven", SOURCE, None)
    assert (plan.partitions, plan.policy, plan.config["cleanup.policy"]) == (7, "delete", "delete")
    assert (plan.config["retention.ms"], plan.config["retention.bytes"]) == ("1000", "2000")
    assert int(plan.config["max.message.bytes"]) > 50
    told = redriven_plan(kafka, "orders.redriven", SOURCE, 7200)
    assert (told.config["retention.ms"], "retention.bytes" in told.config) == ("7200000", False)
    assert "retention.ms" not in redriven_plan(kafka, "orders.redriven", None, None).config


def test_a_stream_of_ours_needs_no_right_on_a_dataset_that_it_does_not_have(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A store refuses also what is not there."""
    monkeypatch.setattr(module, "describe_topic", lambda _, name: SOURCE if name == "names_topic" else None)
    monkeypatch.setattr(module, "topic_id", lambda *_: None)
    monkeypatch.setattr(module, "is_hidden", lambda *_: False)
    monkeypatch.setattr(module, "read_recorded", lambda *_, **__: SimpleNamespace(sent_to=set()))
    refuse = Mock(side_effect=LakeRefused("Access Denied.", allowed="rights.", remedy="grant them."))
    for reading in ("get", "keys"):
        monkeypatch.setattr(Lake, reading, refuse)
    monkeypatch.setattr(LakeReader, "keys", refuse)
    monkeypatch.setattr(auditing, "is_hidden", lambda *_: True)
    (tmp_path / "names_redriven").mkdir()
    settings = Settings(lake=LakeSettings(url=str(tmp_path)))
    assert way_to_send(settings, letters(settings)).sent_to == "names_topic"
    assert audit_redriven(settings, complete=True, progress=Mock()) is None
