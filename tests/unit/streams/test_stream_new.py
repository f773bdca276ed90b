"""``waybill stream new``: folders that pass their own tests, whole or not at all."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import registry_server
from unit.contracts.sampled import SampleMaker
from unit.streams.new_topics import ORDERS, SECRET, Headers, Topics
from unit.streams.new_topics import topics as topics

from waybill_common import kafka
from waybill_common.errors import TopicRefused
from waybill_common.stream_names import stream_name_of, why_no_stream
from waybill_contracts.new_stream.choosing_topics import chosen_topics
from waybill_ops.cli import main


def test_a_folder_passes_its_own_test_and_has_nothing_of_the_topic(
    topics: Topics, capsys: pytest.CaptureFixture[str]
) -> None:
    assert topics.new("sales") == 0
    out, err = capsys.readouterr()
    assert "value: json" in out
    assert "5 of 5 records are rows" in err
    assert f"waybill plan --stream sales --streams {topics.home}" in err
    folder = topics.home / "sales"
    assert {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()} == {
        "stream.toml",
        "contract.json",
        "samples/records.jsonl",
    }
    assert not any(SECRET in one.read_text() for one in folder.rglob("*") if one.is_file())
    assert topics.test("sales") == 0
    assert capsys.readouterr().out.startswith("sales: 1 rows, ")
    assert 'topic = "sales"' in (folder / "stream.toml").read_text()
    assert topics.made() == {"sales"}
    assert topics.new("again", "--topic=sales", "--id=who", "--time=kafka_timestamp") == 0
    document = json.loads((topics.home / "again" / "contract.json").read_text())
    assert (document["id"], document["time"]) == (["who"], "kafka_timestamp")


def test_records_are_kept_where_that_is_wanted(topics: Topics, capsys: pytest.CaptureFixture[str]) -> None:
    topics.values["sales"] = [*ORDERS, b"{", None]
    assert topics.new("sales", "--keep-samples", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["stream"], said["topic"], said["samples"]["rows"]) == ("sales", "sales", 8)
    assert SECRET in (topics.home / "sales" / "samples" / "records.jsonl").read_text()
    assert topics.test("sales") == 0


@pytest.mark.parametrize(
    ("values", "form", "told"),
    [
        ([b"[1]", b"2"], "text", "none is a JSON object"),
        ([b"a=1", b"b=2"], "text", "as text"),
        ([b"\xff\xfe"], "binary", "as binary"),
        ([b"\0\0\0\0\x0c" + ORDERS[0]], "json", "frame, confluent"),
    ],
    ids=["no objects", "text", "bytes", "JSON in frames"],
)
def test_what_no_contract_can_be_made_of_is_kept_whole(
    values: list[bytes], form: str, told: str, topics: Topics, capsys: pytest.CaptureFixture[str]
) -> None:
    topics.values["sales"] = values
    assert topics.new("sales", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["format"] == form
    assert any(told in line for line in said["told"])
    assert topics.test("sales") == 0


@pytest.mark.parametrize(
    ("values", "headers", "words", "flags"),
    [
        (
            [b"\0\0\0\0\x0c\x02\x04ab"],
            (),
            "Confluent frames with id 12",
            "--registry SUBJECT --frame confluent`",
        ),
        (
            [b"\0\0\0\0\0\0\0\0\x07\x02\x04"],
            (),
            "Apicurio frames with id 7",
            "--registry SUBJECT --frame apicurio`",
        ),
        ([b"\x03\x00" + bytes(16) + b"\x02"], (), "Glue frames", "--avro-schema FILE --frame glue`"),
        (
            [b"\xf8\x02"],
            ((b"__value_schema_id", b"\0\0\0\0\x0c"),),
            "Confluent frames in a header with id 12",
            "--registry SUBJECT --frame confluent_header`",
        ),
    ],
    ids=["confluent", "apicurio", "glue", "in a header"],
)
def test_frames_without_json_are_named(
    values: list[bytes],
    headers: Headers,
    words: str,
    flags: str,
    topics: Topics,
    capsys: pytest.CaptureFixture[str],
) -> None:
    topics.values["sales"], topics.headers = values * 3, headers
    assert topics.new("sales") == 2
    err = capsys.readouterr().err
    assert words in err
    assert f"waybill stream new sales --topic sales {flags}" in err
    assert ("--registry" in err) == (words != "Glue frames")
    assert topics.made() == set()
    assert topics.new("sales", "--format=binary") == 0


def test_a_first_document_is_called_after_the_whole_topic(topics: Topics, tmp_path: Path) -> None:
    topics.values["team.orders-v2"] = ORDERS
    assert main(["contract", "init", "--topic=team.orders-v2", f"--output={tmp_path}/c.json"]) == 0
    assert json.loads((tmp_path / "c.json").read_bytes())["stream"] == "team_orders_v2"


def test_a_glob_makes_one_for_each_topic_and_one_bad_topic_hinders_none(
    topics: Topics, capsys: pytest.CaptureFixture[str]
) -> None:
    topics.values = {
        "_schemas": ORDERS,
        "team.orders-v2": ORDERS,
        "team.text": [b"x"],
        "team.empty": [],
        "team.same-name": ORDERS,
        "team.same_name": ORDERS,
        "team.orders-v2.dead": ORDERS,
        "team.avro": [b"\0\0\0\0\x0c\x02"],
        "team.compacted": ORDERS,
    }
    topics.compacted = {"team.compacted"}
    assert topics.new("--topics=*", "--json") == 2
    said = json.loads(capsys.readouterr().out)
    rows = {one["topic"]: one for one in said["topics"]}
    assert topics.made() == {"team_orders_v2", "team_text"}
    assert {topic: one["exit_code"] for topic, one in rows.items() if "error" in one} == {
        "team.empty": 22,
        "team.same-name": 2,
        "team.same_name": 2,
        "team.avro": 2,
        "team.compacted": 22,
    }
    assert (
        "team.same-name and team.same_name both give the name team_same_name"
        in rows["team.same_name"]["found"]
    )
    assert said["left_out"] == ["_schemas", "team.orders-v2.dead"]
    assert said["exit_code"] == 2
    for name in topics.made():
        assert topics.test(name) == 0
    capsys.readouterr()
    assert topics.new("--topics=team.o*") == 2
    out, err = capsys.readouterr()
    assert "team.orders-v2" in out
    assert "There is a stream team_orders_v2 already" in err


def test_a_sample_a_schema_or_a_document_do_without_kafka(
    topics: Topics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka, "topic_names", None)
    (tmp_path / "sample.json").write_bytes(b"\n".join(ORDERS))
    (tmp_path / "schema.avsc").write_text(
        json.dumps({"type": "record", "name": "R", "fields": [{"name": "a", "type": "long"}]})
    )
    assert topics.new("one", "--topic=team.one", f"--from-sample={tmp_path}/sample.json") == 0
    assert topics.new("two", f"--avro-schema={tmp_path}/schema.avsc", "--frame=confluent") == 0
    document = (
        (topics.home / "one" / "contract.json").read_bytes().replace(b'"stream":"one"', b'"stream":"three"')
    )
    (tmp_path / "three.json").write_bytes(document)
    assert topics.new("three", f"--contract={tmp_path}/three.json") == 0
    assert topics.new("four", f"--contract={tmp_path}/three.json") == 2
    assert topics.made() == {"one", "two", "three"}
    for name in topics.made():
        assert topics.test(name) == 0


@pytest.mark.parametrize("seed", range(12))
def test_whatever_a_topic_holds_a_folder_that_is_made_passes_its_test(
    seed: int, topics: Topics, capsys: pytest.CaptureFixture[str]
) -> None:
    topics.values["sales"] = SampleMaker(seed).values()
    code = topics.new("sales", "--keep-samples")
    assert code in (0, 2), capsys.readouterr().err
    assert topics.made() == ({"sales"} if code == 0 else set())


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("team.orders-v2", "team_orders_v2"),
        ("OrderPlaced", "order_placed"),
        ("2026.Sales", "sales"),
        ("a..b__c-", "a_b_c"),
        ("x" * 60, "x" * 48),
        ("orders.redriven", "orders"),
        ("a_redriven_redriven", "a"),
        ("123", None),
        ("_", None),
    ],
)
def test_a_topic_gives_its_stream_a_name_by_rule(topic: str, name: str | None) -> None:
    assert stream_name_of(topic) == name
    assert name is None or why_no_stream(name) is None


def test_no_topic_but_the_matching_ones_is_chosen() -> None:
    there = ["__consumer_offsets", "team.a", "team.b", "team.b.cursor", "teamx", "waybill-prove-1"]
    found: Any = chosen_topics("team.*", there)
    assert (dict(found.streams), found.left_out) == (
        {"team.a": "team_a", "team.b": "team_b"},
        ("team.b.cursor",),
    )
    with pytest.raises(TopicRefused, match="only internal ones"):
        chosen_topics("__*", there)


def test_a_subject_of_records_with_ids_in_headers_gives_samples_that_have_them(
    topics: Topics, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps({"type": "record", "name": "R", "fields": [{"name": "a", "type": "long"}]})
    with registry_server.running() as registry:
        monkeypatch.setenv("WAYBILL_REGISTRY__URL", registry.url)
        registry.put(12, text, subject="sales-value")
        assert topics.new("sales", "--registry=sales-value", "--frame=confluent_header") == 0
    samples = topics.home / "sales" / "samples"
    assert topics.test("sales") == 0
    assert "0 rows, 3 dead letters" in capsys.readouterr().out
    guid = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
    (samples / f"{guid}.avsc").write_text(text)
    named = ((bytes(4) + b"\x0c").hex(), "01" + guid.replace("-", ""))
    lines = [
        {
            "expect": "row",
            "value": "Ag==",
            "headers": [[_base64(b"__value_schema_id"), _base64(bytes.fromhex(one))]],
        }
        for one in named
    ]
    with (samples / "records.jsonl").open("a") as file:
        file.writelines(json.dumps(one) + "\n" for one in lines)
    assert topics.test("sales") == 0
    assert "2 rows, 3 dead letters" in capsys.readouterr().out


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def test_a_subject_of_a_registry_gives_contract_and_schema(
    topics: Topics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps({"type": "record", "name": "R", "fields": [{"name": "a", "type": "long"}]})
    with registry_server.running() as registry:
        monkeypatch.setenv("WAYBILL_REGISTRY__URL", registry.url)
        registry.put(12, text, subject="sales-value")
        assert topics.new("sales", "--registry=sales-value", "--frame=apicurio") == 0
        assert topics.new("more", "--registry=sales-value", "--format=text") == 2
    assert (topics.home / "sales" / "samples" / "12.avsc").read_text() == text
    assert topics.test("sales") == 0
    assert "0 rows, 3 dead letters" in capsys.readouterr().out
    document = (topics.home / "sales" / "contract.json").read_bytes().replace(b'"sales"', b'"again"')
    (tmp_path / "again.json").write_bytes(document)
    assert topics.new("again", f"--contract={tmp_path}/again.json") == 2
    assert "--schemas gives no <id>.avsc" in capsys.readouterr().err
    schemas = topics.home / "sales" / "samples"
    assert topics.new("again", f"--contract={tmp_path}/again.json", f"--schemas={schemas}") == 0
    assert topics.made() == {"sales", "again"}
    assert topics.test("again") == 0
