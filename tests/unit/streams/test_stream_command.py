"""``waybill stream``: what there is, what one says, and whether its samples are judged as they say."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import pytest
from stream_folders import write_folder
from unit.contracts.documents import ORDERS
from unit.delivery.orders import order
from unit.delivery.registry_world import SCHEMA, contract, framed

from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_ops.cli import main
from waybill_streams.finding import StreamFolders

DOCUMENT = canonical_bytes(ORDERS)
GOOD = order(1).decode()


def record(expect: str, text: str | None = GOOD, **more: object) -> str:
    return json.dumps({"expect": expect, **({"value": None} if text is None else {"text": text}), **more})


@pytest.fixture
def streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WAYBILL_STREAMS_FOLDER", str(tmp_path))
    return tmp_path


def judged(streams: Path, *records: str, rows: str = "") -> int:
    write_folder(streams, "orders", contract=DOCUMENT, records="\n".join(records) + "\n", rows=rows)
    return main(["stream", "test", "orders"])


@pytest.mark.parametrize("name", StreamFolders().places)
def test_each_stream_that_waybill_brings_along_passes_its_own_test(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.process_time()
    assert main(["stream", "test", name, "--json"]) == 0
    assert time.process_time() - began < 3
    said = json.loads(capsys.readouterr().out)
    assert said["rows"] > 0
    assert said["dead"] > 0
    assert said["failures"] == []


def test_samples_that_are_judged_as_they_say_pass(streams: Path, capsys: pytest.CaptureFixture[str]) -> None:
    letters = (
        record("row", values={"order_id": "o-1", "amount": "1.10"}),
        record("inexact", GOOD.replace("1.10", "1.105")),
        record("null_value", None),
        record("row", key=base64.b64encode(b"k").decode(), values={"kafka_key": "k"}),
        "",
    )
    assert judged(streams, *letters, rows=f"{GOOD}\n\n{GOOD}\n") == 0
    assert capsys.readouterr().out == "orders: 4 rows, 2 dead letters, 0 skipped, as expected\n"


@pytest.mark.parametrize(
    ("letter", "words"),
    [
        (record("row", "{"), "line 1: it is dead, not_json (: not_json), row was expected"),
        (record("not_json"), "line 1: it is row, not_json was expected"),
        (record("row", values={"amount": "1.1"}), 'amount is "1.10", "1.1" was expected'),
        (record("row", values={"amout": "1.1"}), "has no column amout"),
    ],
    ids=["dead", "a row", "another value", "no column"],
)
def test_one_that_is_not_is_named(
    letter: str, words: str, streams: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judged(streams, letter) == 62
    assert words in capsys.readouterr().err


def test_a_row_that_is_none_is_named_with_its_line(streams: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert judged(streams, rows=GOOD + '\n{"order_id": 1}\n') == 62
    assert "rows.jsonl, line 2: it is dead, " in capsys.readouterr().err


@pytest.mark.parametrize(
    "letter",
    [
        "{",
        "[]",
        '{"text": "{}"}',
        record("row", value="e30="),
        record("row", "{", key=1),
        record("dead", values={"a": 1}),
        record("not_json", "\ud800"),
    ],
    ids=[
        "no JSON",
        "no object",
        "nothing expected",
        "text and value",
        "no key",
        "values of none",
        "half of a pair",
    ],
)
def test_a_line_that_is_no_sample_is_refused_with_its_place(
    letter: str, streams: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judged(streams, record("row"), letter) == 2
    assert "records.jsonl, line 2: " in capsys.readouterr().err


def test_a_file_of_samples_that_would_not_be_read_is_refused(
    streams: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judged(streams, record("row")) == 0
    [file] = streams.rglob("records.jsonl")
    (file.parent / "record.jsonl").write_text("{}\n")
    assert judged(streams, record("row")) == 2
    assert "record.jsonl is no file of samples that is read" in capsys.readouterr().err


def test_a_stream_without_samples_is_not_tested(streams: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(streams, "orders", contract=DOCUMENT)
    assert main(["stream", "test", "orders"]) == 62
    assert "has no samples" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["show", "test"])
def test_a_document_outside_the_language_is_refused(
    verb: str, streams: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folder(streams, "orders", contract=canonical_bytes(ORDERS | {"extra": "kept"}), rows=GOOD)
    assert main(["stream", verb, "orders"]) == 2
    assert "Did you mean keep" in capsys.readouterr().err


def test_one_without_a_contract_is_shown_and_not_tested(
    streams: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folder(streams, "fresh", rows=GOOD)
    assert main(["stream", "show", "fresh", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["contract"] is False
    assert main(["stream", "test", "fresh"]) == 2


def test_show_says_what_the_folder_and_its_document_say(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stream", "show", "orders"]) == 0
    told = capsys.readouterr().out
    assert "topic     shop.orders\n" in told
    assert "partitions: day(placed_at)" in told


def test_list_has_every_stream_and_says_why_one_is_refused(
    streams: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folder(streams, "orders", 'topic = "mine"\n', DOCUMENT)
    write_folder(streams, "broken", 'topics = "t"\n')
    write_folder(streams, "twin", 'topic = "t"\ndataset = "names"\n')
    assert main(["stream", "list", "--json"]) == 0
    said = {one["stream"]: one for one in json.loads(capsys.readouterr().out)["streams"]}
    assert said["orders"]["topic"] == "mine"
    assert "did you mean topic" in said["broken"]["refused"]
    assert "one dataset, names" in said["twin"]["refused"]
    assert main(["stream", "list"]) == 0
    assert "mine -> orders" in capsys.readouterr().out


def test_samples_of_a_registrys_avro_are_judged_by_the_schemas_beside_them(
    streams: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    value = base64.b64encode(framed(7)).decode()
    other = base64.b64encode(framed(8)).decode()
    records = [
        json.dumps({"expect": "row", "value": value}),
        json.dumps({"expect": "unknown_schema", "value": other}),
    ]
    folder = write_folder(
        streams, "orders", contract=contract(extra="ignore").document, records="\n".join(records) + "\n"
    )
    assert main(["stream", "test", "orders"]) == 62
    assert "samples/<id>.avsc" in capsys.readouterr().err
    schema = folder / "samples" / "7.avsc"
    schema.write_text(SCHEMA)
    schema.chmod(0o600)
    assert main(["stream", "test", "orders"]) == 0
    assert "1 rows, 1 dead letters" in capsys.readouterr().out
    schema.write_text("{")
    assert main(["stream", "test", "orders"]) == 2
    assert "7.avsc is no schema of Avro" in capsys.readouterr().err
