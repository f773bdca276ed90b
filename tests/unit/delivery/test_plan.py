"""``waybill plan``: what a run would do, by the run's own decisions, and not a byte written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from registry_server import running
from stream_folders import write_folder
from unit.contracts.documents import ORDERS
from unit.delivery import registry_world
from unit.delivery.orders import order
from unit.delivery.plan_world import Broker, broker, delivered, planned, run, settings, shop, world
from unit.delivery.several_world import World

from waybill_common.errors import (
    DataLoss,
    KafkaUnavailable,
    RegistryRefused,
    SettingsRefused,
    TopicRefused,
    WaybillError,
)
from waybill_common.kafka import TopicState
from waybill_common.ledger.keys import manifest_key
from waybill_common.settings import DeliverySettings
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.judging import header_value
from waybill_delivery.planning.objects_part import a_day
from waybill_ops.cli import main

__all__ = ["broker", "world"]
DAY = 86_400


def test_a_topic_that_lost_its_first_records_is_begun_where_kafka_still_has_them(
    broker: Broker, tmp_path: Path
) -> None:
    broker.topics["shop"] = shop(120, 200)
    found = planned(settings(tmp_path), tmp_path)
    said = found.as_json()
    assert found.problems == ()
    assert said["origin"]["offsets"] == {"0": 120}
    assert said["origin"]["gone_before"] == {"0": 120}
    assert (said["next"]["opens_commit"], said["next"]["offsets"], said["next"]["lost"]) == (1, 80, 0)
    assert said["rights"]["kafka"] == [
        "Describe, DescribeConfigs, Read on topic `shop`",
        "Describe, DescribeConfigs, Read on topic `orders.redriven`",
    ]
    assert not (tmp_path / "lake").exists()


def test_latest_with_nothing_to_move_opens_an_empty_commit(broker: Broker, tmp_path: Path) -> None:
    broker.topics["shop"] = shop(3, 9)
    said = planned(settings(tmp_path, start="latest"), tmp_path).as_json()
    assert said["origin"]["offsets"] == {"0": 9}
    assert (said["next"]["opens_commit"], said["next"]["offsets"]) == (1, 0)


@pytest.mark.parametrize(
    ("topic", "source", "start", "error", "words"),
    [
        (None, None, None, TopicRefused, "does not exist"),
        (shop(0, 5, "compact"), None, None, TopicRefused, "compact"),
        (shop(5, 9), "ours", None, DataLoss, "5"),
        (shop(0, 5), None, {0: 7}, SettingsRefused, "ends at 5"),
        (shop(0, 5), "ours", "latest", SettingsRefused, "is filled by Waybill"),
    ],
    ids=["missing", "compacted", "lost from 0 on", "beyond the end", "a start of ours"],
)
def test_what_would_refuse_the_run_is_named_and_the_rest_is_told(
    topic: TopicState | None,
    source: str | None,
    start: Any,
    error: type[WaybillError],
    words: str,
    world: World,
    broker: Broker,
    tmp_path: Path,
) -> None:
    if topic is not None:
        broker.topics["shop"] = topic
    found = planned(settings(tmp_path, start, source), tmp_path)
    assert [type(one) for one in found.problems] == [error]
    assert words in found.problems[0].found
    said = found.as_json()
    assert said["exit_code"] == error.exit_code
    assert said["contract"]["version"] == 3
    assert said["lake"]["newest_commit"] == 0
    assert any(f"exit code {error.exit_code}" in line for _, line in found.lines())
    assert run(world, broker, settings(tmp_path, start, source)) == error.exit_code


def test_a_topic_of_ours_that_is_missing_would_be_made_and_is_not(broker: Broker, tmp_path: Path) -> None:
    said = planned(settings(tmp_path, source="ours"), tmp_path).as_json()
    assert (said["topic"]["exists"], said["topic"]["partitions"]) == (False, 3)
    assert said["rights"]["kafka"][0] == "Create on topic `shop`"
    assert said["problems"] == []


def test_the_run_opens_the_commit_that_was_planned(world: World, broker: Broker, tmp_path: Path) -> None:
    of = settings(tmp_path)
    broker.topics["shop"] = shop(0, 70)
    said = planned(of, tmp_path).as_json()
    assert run(world, broker, of) == 0
    manifest = json.loads((tmp_path / "lake" / "orders" / manifest_key(1)).read_bytes())
    assert (manifest["number"], manifest["before"]) == (said["next"]["opens_commit"], said["next"]["from"])
    assert len(manifest["splits"]) == said["next"]["splits"]
    assert manifest["origin"] == said["origin"]["offsets"]
    assert planned(of, tmp_path).as_json()["next"]["opens_commit"] is None


def test_without_kafka_lake_and_contract_are_told_and_the_error_is_clear(
    world: World, broker: Broker, tmp_path: Path
) -> None:
    of = settings(tmp_path)
    delivered(world, broker, of, 50)
    broker.is_gone = True
    found = planned(of, tmp_path)
    assert [type(one) for one in found.problems] == [KafkaUnavailable]
    said = found.as_json()
    assert said["topic"] == {"name": "shop", "exists": None}
    assert said["lake"]["newest_commit"] == 1
    assert said["contract"]["dataset"]["version"] == 3
    assert said["guarantee"]


def test_frames_that_the_contract_does_not_say_are_named(broker: Broker, tmp_path: Path) -> None:
    broker.topics["shop"] = shop(0, 5)
    broker.records = [b"\0\0\0\0\x0c" + order(1), order(2)]
    said = planned(settings(tmp_path), tmp_path).as_json()["newest_records"]
    assert (said["rows"], said["dead"]) == (1, {"not_json": 1})
    assert said["looks_like"] == "Confluent frames with id 12"


def test_a_registry_that_tells_no_schema_ends_the_plan_as_the_run(broker: Broker, tmp_path: Path) -> None:
    broker.topics["shop"] = shop(0, 2)
    broker.records = [registry_world.framed(7), registry_world.framed(7)]
    by_registry = settings(tmp_path).stream.model_copy(
        update={"contract": registry_world.contract(extra="ignore").document}
    )
    with running() as registry:
        of = settings(tmp_path).model_copy(update={"stream": by_registry, "registry": registry.settings()})
        registry.every = (401, b"")
        found = planned(of, tmp_path)
        assert isinstance(found.failure, RegistryRefused)
        assert "--accept-unknown-schemas" in found.failure.remedy
        accepting = of.model_copy(update={"delivery": DeliverySettings(accept_unknown_schemas=True)})
        found = planned(accepting, tmp_path)
        assert found.failure is None
        assert found.as_json()["newest_records"]["dead"] == {"unknown_schema": 2}
        registry.every = None
        registry.put(7, registry_world.SCHEMA)
        found = planned(of, tmp_path)
        assert (found.failure, found.as_json()["newest_records"]["rows"]) == (None, 2)
        registry.asked.clear()
        broker.topics["shop"] = shop(2, 2)
        assert planned(of, tmp_path).failure is None
        assert registry.asked == []


def test_ids_in_headers_are_asked_for_and_a_prefix_instead_is_named(broker: Broker, tmp_path: Path) -> None:
    guid = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
    broker.topics["shop"] = shop(0, 2)
    broker.records = [registry_world.DATUM] * 2
    broker.headers = ((b"__value_schema_id", header_value(guid)),)
    stream = settings(tmp_path).stream.model_copy(
        update={"contract": registry_world.contract("confluent_header", extra="ignore").document}
    )
    with running() as registry:
        registry.put(7, registry_world.SCHEMA, guid=guid)
        of = settings(tmp_path).model_copy(update={"stream": stream, "registry": registry.settings()})
        said = planned(of, tmp_path).as_json()["newest_records"]
        assert (said["rows"], said["dead"], said["looks_like"]) == (2, {}, None)
        assert registry.asked == [f"/schemas/guids/{guid}"]
        broker.records, broker.headers = [registry_world.framed(7)] * 2, ()
        said = planned(of, tmp_path).as_json()["newest_records"]
    assert (said["rows"], said["dead"]) == (0, {"bad_frame": 2})
    assert said["looks_like"] == "Confluent frames with id 7"


def test_a_start_that_is_refused_is_said_to_begin_nowhere(broker: Broker, tmp_path: Path) -> None:
    broker.topics["shop"] = shop(10, 50)
    found = planned(settings(tmp_path, start={0: 5000}), tmp_path)
    assert isinstance(found.failure, SettingsRefused)
    assert "origin" not in found.as_json()
    assert not any("begin at" in line for _, line in found.lines())


@pytest.mark.parametrize(
    ("trigger", "more", "day", "commits", "objects"),
    [
        ("1 minutes", {}, {0: 144_000.0, 1: 144_000.0}, 1440, 2880),
        ("1 minutes", {}, {0: 100.0, 1: 0.0}, 100, 100),
        ("1 minutes", {"min_offsets_per_trigger": 2000}, {0: 144_000.0, 1: 144_000.0}, 144, 288),
        ("1 minutes", {"min_offsets_per_trigger": 10**6, "max_trigger_delay": "1h"}, {0: 144_000.0}, 24, 24),
        ("1 minutes", {"rows_per_object": 50}, {0: 144_000.0}, 1440, 2880),
        ("10 seconds", {}, None, 8640, 17_280),
        ("10 seconds", {}, {0: 0.0}, 0, 0),
    ],
    ids=["busy", "few records", "held back", "held for an hour", "cut", "at most", "none"],
)
def test_objects_a_day_follow_from_trigger_and_rate(
    trigger: str, more: dict[str, Any], day: dict[int, float] | None, commits: int, objects: int
) -> None:
    delivery = DeliverySettings(trigger=trigger, **more)
    longest = dict.fromkeys((0, 1), delivery.rows_per_object)
    found = a_day(delivery, longest, day, 1)
    assert found is not None
    assert (round(found.commits), round(found.objects)) == (commits, objects)
    assert found.is_bound == (day is None)
    assert a_day(DeliverySettings(), longest, day, 1) is None


def test_the_command_prints_a_plan_and_ends_as_the_run_would(
    broker: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "s", "orders", 'topic = "shop"\n', canonical_bytes(ORDERS))
    write_folder(
        tmp_path / "s", "sales", 'topic = "nowhere"\n', canonical_bytes(ORDERS | {"stream": "sales"})
    )
    broker.topics["shop"] = shop(0, 5)
    flags = (f"--streams={tmp_path / 's'}", f"--lake.url={tmp_path / 'lake'}")
    assert main(["plan", "--stream=orders", *flags]) == 0
    told = capsys.readouterr().out
    assert "exactly once" in told
    assert "the dataset is to begin at 0:0 (earliest)" in told
    assert main(["plan", "--stream=sales", "--json", *flags]) == 22
    out, err = capsys.readouterr()
    assert json.loads(out)["problems"][0]["error"] == "TopicRefused"
    assert "Topic nowhere does not exist." in err
    assert main(["plan", "--all", "--json", *flags]) == 22
    found = json.loads(capsys.readouterr().out)
    assert {name: one["exit_code"] for name, one in found["streams"].items()} == {"orders": 0, "sales": 22}
    assert not (tmp_path / "lake").exists()


def test_a_folder_that_can_not_be_made_is_refused_as_by_the_run(broker: Broker, tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("a file")
    broker.topics["shop"] = shop(0, 5)
    assert planned(settings(tmp_path), tmp_path).as_json()["exit_code"] == 31


@pytest.mark.parametrize(
    ("counts", "code"),
    [((10, 0, 10, 5), 31), ((10, 5, 10, 0), 31), ((0, 0, 0, 0), 0)],
    ids=["no room", "no file more", "not counted"],
)
def test_a_full_disk_is_refused_as_by_the_run(
    counts: tuple[int, ...],
    code: int,
    broker: Broker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broker.topics["shop"] = shop(0, 5)
    disk = dict(zip(("f_blocks", "f_bavail", "f_files", "f_favail"), counts, strict=True))
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(**disk))
    assert planned(settings(tmp_path), tmp_path).as_json()["exit_code"] == code
