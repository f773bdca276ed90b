"""``waybill contract init --topic``: a topic's newest records are read, nothing of Kafka changes."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from confluent_kafka import Producer
from integration.delivery.conftest import Stream

import waybill_ops.cli
from waybill_common.kafka import librdkafka_config
from waybill_common.kafka.clients import open_admin
from waybill_contracts.document import parse_document
from waybill_contracts.topic_sample import records_in_topic


def init(stream: Stream, folder: Path, *words: str) -> int:
    output = f"--output={folder / 'contract.json'}"
    servers = f"--kafka.bootstrap-servers={stream.kafka.bootstrap_servers}"
    return waybill_ops.cli.main(("contract", "init", f"--topic={stream.topic}", output, servers, *words))


def test_a_topic_gives_its_document_and_no_group_is_left(stream: Stream, tmp_path: Path) -> None:
    stream.create()
    producer = Producer(librdkafka_config(stream.kafka))
    for n in range(50):
        value = b"\x00\x00\x00\x00\x07" + json.dumps({"id": f"o{n}", "ts_ms": 1764421200000 + n}).encode()
        producer.produce(stream.topic, value, key=f"o{n}", headers=[("h", b"1")])
    producer.produce(stream.topic, None, key="o1")
    producer.flush(30)
    before = {
        one.group_id
        for one in open_admin(librdkafka_config(stream.kafka)).list_consumer_groups().result(30).valid
    }
    assert init(stream, tmp_path, "--json") == 0
    found = parse_document((tmp_path / "contract.json").read_bytes())
    seen = json.loads((tmp_path / "contract.seen.json").read_text())
    assert (seen["records"], seen["rows"], seen["without_value"]) == (51, 51, 1)
    assert (found.value.frame, found.tombstones, found.headers, found.time) == (
        "confluent",
        "row",
        True,
        "ts_ms",
    )
    groups = {
        one.group_id
        for one in open_admin(librdkafka_config(stream.kafka)).list_consumer_groups().result(30).valid
    }
    assert groups == before
    assert len(records_in_topic(stream.kafka, stream.topic, 10, 60)) <= 10


def test_a_topic_that_is_not_there_is_refused_and_not_made(
    stream: Stream, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.topic = f"nowhere.{uuid.uuid4().hex}"
    assert init(stream, tmp_path) == 22
    assert "nothing was made" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


def test_an_empty_topic_is_refused(
    stream: Stream, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.create()
    assert init(stream, tmp_path) == 2
    assert "there is none with a value" in capsys.readouterr().err


def test_a_stream_is_begun_and_its_run_planned_and_nothing_of_kafka_or_lake_changes(
    stream: Stream, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.create()
    producer = Producer(librdkafka_config(stream.kafka))
    for n in range(40):
        producer.produce(stream.topic, json.dumps({"id": f"o{n}", "ts_ms": 1764421200000 + n}).encode())
    producer.flush(30)
    admin = open_admin(librdkafka_config(stream.kafka))

    def state() -> object:
        groups = {one.group_id for one in admin.list_consumer_groups().result(30).valid}
        return groups, sorted(admin.list_topics(timeout=30).topics), stream.ends()

    before = state()
    servers = f"--kafka.bootstrap-servers={stream.kafka.bootstrap_servers}"
    folder = f"--streams={tmp_path / 'streams'}"
    assert waybill_ops.cli.main(("stream", "new", "sales", f"--topic={stream.topic}", folder, servers)) == 0
    assert waybill_ops.cli.main(("stream", "test", "sales", folder)) == 0
    capsys.readouterr()
    words = ("plan", "--stream=sales", "--json", f"--lake.url={tmp_path / 'lake'}", folder, servers)
    assert waybill_ops.cli.main(words) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["next"]["offsets"], said["newest_records"]["rows"]) == (40, 40)
    assert said["objects"]["offsets_a_day"] >= 40
    assert not (tmp_path / "lake").exists()
    assert state() == before
