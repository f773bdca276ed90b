"""The plan of a dataset that has begun: it goes on from what the ledger says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from unit.contracts.documents import ORDERS
from unit.contracts.documents import field as column
from unit.delivery.plan_world import Broker, broker, delivered, files, planned, settings, shop, world
from unit.delivery.several_world import World
from unit.ops.ledgers import sound

from waybill_common.errors import (
    ContractRefused,
    DataLoss,
    KafkaRefused,
    KafkaUnavailable,
    RegistryRefused,
)
from waybill_common.kafka import TopicState
from waybill_common.ledger.keys import manifest_key, receipt_key
from waybill_common.settings import KafkaSettings, LakeSettings, Settings, StreamSettings
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_delivery import sibling
from waybill_delivery.plan_of_run import plan_of_redriven
from waybill_delivery.schema_binding import SchemaBinding

__all__ = ["broker", "world"]
DAY = 86_400


def test_a_dataset_that_has_begun_goes_on_from_its_frontier(
    world: World, broker: Broker, tmp_path: Path
) -> None:
    of = settings(tmp_path)
    delivered(world, broker, of, 50)
    broker.topics["shop"] = shop(10, 70)
    said = planned(settings(tmp_path, start="latest"), tmp_path).as_json()
    assert (said["next"]["from"], said["next"]["offsets"], said["next"]["opens_commit"]) == ({"0": 50}, 20, 2)
    assert said["origin"]["is_pinned"]
    assert "stream.start is latest" in said["origin"]["otherwise"]
    broker.topics["shop"] = shop(60, 70)
    found = planned(of, tmp_path)
    assert [type(one) for one in found.problems] == [DataLoss]
    said = planned(settings(tmp_path, accept_loss=True), tmp_path).as_json()
    assert (said["problems"], said["next"]["lost"]) == ([], 10)
    broker.topics["shop"] = shop(0, 70, ident="made anew")
    assert planned(of, tmp_path).as_json()["exit_code"] == 22


def test_an_open_commit_is_finished_first_and_the_next_contract_is_judged_too(
    world: World, broker: Broker, tmp_path: Path
) -> None:
    of = settings(tmp_path)
    delivered(world, broker, of, 50, dies=True)
    assert not (tmp_path / "lake" / "orders" / receipt_key(1)).exists()
    assert (tmp_path / "lake" / "orders" / manifest_key(1)).exists()
    broker.topics["shop"] = shop(0, 60)
    said = planned(of, tmp_path).as_json()
    assert (said["lake"]["open_commit"], said["next"]["finishes_commit"]) == (1, 1)
    assert (said["next"]["opens_commit"], said["next"]["from"]) == (2, {"0": 50})
    other = canonical_bytes(ORDERS | {"extra": "dead"})
    found = planned(_with_contract(of, other), tmp_path)
    assert [type(one) for one in found.problems] == [ContractRefused]
    assert found.as_json()["next"]["finishes_commit"] == 1


def test_what_retention_took_of_an_open_commit_is_loss(world: World, broker: Broker, tmp_path: Path) -> None:
    of = settings(tmp_path)
    delivered(world, broker, of, 50, dies=True)
    broker.topics["shop"] = shop(20, 50)
    found = planned(of, tmp_path)
    assert isinstance(found.failure, DataLoss)
    assert "partition 0: 0 to 19 (20 offsets)" in found.failure.found
    broker.topics["shop"] = shop(55, 60)
    found = planned(settings(tmp_path, accept_loss=True), tmp_path)
    assert (found.failure, found.as_json()["next"]["lost"]) == (None, 55)


def test_a_newer_contract_is_told_with_what_it_changes(world: World, broker: Broker, tmp_path: Path) -> None:
    of = settings(tmp_path)
    delivered(world, broker, of, 50)
    schema = ORDERS["schema"]
    wider = ORDERS | {
        "version": 4,
        "schema": schema | {"fields": [*schema["fields"], column(4, "note", "string")]},
    }
    said = planned(_with_contract(of, canonical_bytes(wider)), tmp_path).as_json()
    assert said["contract"]["changes"] == ["column note is new: string"]
    assert said["problems"] == []
    narrower = ORDERS | {"version": 4, "extra": "dead"}
    found = planned(_with_contract(of, canonical_bytes(narrower)), tmp_path)
    assert [type(one) for one in found.problems] == [ContractRefused]
    assert found.as_json()["contract"]["changes"] == ["extra is another"]
    broker.is_gone = True
    both = planned(_with_contract(of, canonical_bytes(narrower)), tmp_path).problems
    assert [type(one) for one in both] == [KafkaUnavailable, ContractRefused]


def _with_contract(of: Settings, document: bytes) -> Settings:
    return of.model_copy(update={"stream": of.stream.model_copy(update={"contract": document})})


def test_a_dataset_of_an_old_format_is_said_to_go_over(broker: Broker, tmp_path: Path) -> None:
    ledger = tmp_path / "lake" / "names" / "_waybill"
    ledger.mkdir(parents=True)
    for (number, kind), body in sound().items():
        (ledger / f"{number:020d}.{kind}.json").write_bytes(body)
    topic = json.loads(next(iter(sound().values())))
    broker.topics[topic["topic"]] = TopicState(
        topic["topic"], topic["topic_id"], {0: 0, 1: 0}, {0: 10**6, 1: 10**6}
    )
    of = Settings(
        stream=StreamSettings(topic=topic["topic"]),
        kafka=KafkaSettings(bootstrap_servers="127.0.0.1:1", timeout=1),
        lake=LakeSettings(url=str(tmp_path / "lake")),
    )
    said = planned(of, tmp_path).as_json()
    assert (said["lake"]["goes_over"], said["lake"]["next_format"]) == (True, 3)
    assert said["lake"]["format"] in (1, 2)


def test_what_was_redriven_has_a_plan_of_its_own(broker: Broker, tmp_path: Path) -> None:
    broker.topics["shop"] = shop(0, 5)
    assert plan_of_redriven(settings(tmp_path)) is None
    broker.topics["orders.redriven"] = TopicState("orders.redriven", "r", {0: 0}, {0: 2})
    found = plan_of_redriven(settings(tmp_path))
    assert found is not None
    said = found.as_json()
    assert (said["stream"], said["topic"]["name"], said["next"]["offsets"]) == (
        "orders_redriven",
        "orders.redriven",
        2,
    )


def test_what_may_not_be_described_is_said_not_to_be_delivered(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> str:
        raise KafkaRefused("It is hidden.", allowed="x.", remedy="y.")

    monkeypatch.setattr(sibling, "topic_id", refused)
    monkeypatch.setattr(sibling, "is_hidden", lambda *_: True)
    found = plan_of_redriven(settings(tmp_path))
    assert found is not None
    assert found.as_json()["topic"] == {"name": "orders.redriven", "exists": None}
    assert plan_of_redriven(settings(tmp_path, source="ours")) is None
    assert files(tmp_path) == {}
    assert broker.topics == {}


def test_a_registry_that_means_something_else_by_now_is_told_as_the_run_would(
    world: World, broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run compares before it opens a commit; a plan does, where one would be opened."""
    asked = []

    def refuse(_self: object, contract: Any, schemas: Any) -> None:
        asked.append((contract.version, dict(schemas)))
        raise RegistryRefused("Id 12 has another meaning.", allowed="one.", remedy="restore it.")

    of = settings(tmp_path)
    delivered(world, broker, of, 50)
    monkeypatch.setattr(SchemaBinding, "check_before", refuse)
    assert planned(of, tmp_path).problems == ()
    broker.topics["shop"] = shop(0, 60)
    assert planned(of, tmp_path).as_json()["exit_code"] == 26
    assert asked == [(3, {})]
