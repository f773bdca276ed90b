"""``waybill contract init --registry``: a document that goes by a registry's schemas, from the newest of a subject."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import registry_server
from registry_server import TestRegistry
from unit.contracts.avro_bytes import array, logical, optional, record

from waybill_contracts.document import ContractDocument, parse_document
from waybill_ops.cli import main

SUBJECT = "shop.orders-value"
ITEM = record("Item", ("sku", "string"), ("price", logical("bytes", "decimal", precision=18, scale=2)))
SCHEMA = record(
    "Order",
    ("order_id", "string"),
    ("at", logical("long", "timestamp-millis")),
    ("items", array(ITEM)),
    ("several", ["long", "string"]),
    ("note", optional("string")),
)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestRegistry]:
    with registry_server.running() as running:
        monkeypatch.setenv("WAYBILL_REGISTRY__URL", running.url)
        monkeypatch.setenv("WAYBILL_REGISTRY__ATTEMPTS", "1")
        running.put(7, json.dumps(record("Order", ("order_id", "string"))), subject=SUBJECT)
        running.put(12, json.dumps(SCHEMA), subject=SUBJECT, version=2)
        yield running


def init(folder: Path, *words: str, subject: str = SUBJECT) -> int:
    return main(("contract", "init", f"--registry={subject}", f"--output={folder / 'contract.json'}", *words))


def written(folder: Path) -> tuple[ContractDocument, dict[str, Any]]:
    seen = json.loads((folder / "contract.seen.json").read_text())
    return parse_document((folder / "contract.json").read_bytes()), seen


def test_the_newest_schema_of_a_subject_makes_a_document_by_registry(
    registry: TestRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(tmp_path) == 0
    document, seen = written(tmp_path)
    assert (document.value.registry, document.value.frame, document.value.schema) == (
        "default",
        "confluent",
        None,
    )
    assert (document.stream, document.extra, document.time) == ("shop_orders", "dead", "at")
    assert [*document.columns] == ["order_id", "at", "items", "note"]
    assert (seen["subject"], seen["version"], seen["id"]) == (SUBJECT, 2, 12)
    assert seen["left_out"] == [{"place": "/several", "why": "it has several types"}]
    out, told = capsys.readouterr()
    assert "value: avro in confluent, by the registry default\n" in out
    assert f"Read: version 2 of {SUBJECT}, which has the id 12." in told
    assert "Values are taken to be in the frame confluent" in told
    assert registry.asked == [f"/subjects/{SUBJECT}/versions/latest"]


@pytest.mark.parametrize("frame", ["apicurio", "confluent_header"])
def test_wishes_and_a_frame_are_followed(frame: str, registry: TestRegistry, tmp_path: Path) -> None:
    assert registry.url
    assert init(tmp_path, "--stream=shop", f"--frame={frame}", "--id=order_id", "--required") == 0
    document, _ = written(tmp_path)
    assert (document.stream, document.value.frame, document.id) == ("shop", frame, ("order_id",))
    assert [one.required for one in document.root.fields] == [True, True, True, False]


def test_a_schema_that_refers_to_others_has_their_fields_too(registry: TestRegistry, tmp_path: Path) -> None:
    registry.put(20, json.dumps(ITEM), subject="item", version=3)
    order = record("Order", ("order_id", "string"), ("items", array("Item")))
    registry.put(21, json.dumps(order), subject="o", references=[("Item", "item", 3)])
    assert init(tmp_path, subject="o") == 0
    document, _ = written(tmp_path)
    assert [*document.columns] == ["order_id", "items"]
    assert [one["type"] for one in json.loads(document.text)["schema"]["fields"]][1]["element"][
        "type"
    ] == "struct"


@pytest.mark.parametrize("kind", ["JSON", "PROTOBUF"])
def test_a_subject_of_another_type_is_refused(
    kind: str, registry: TestRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.put(30, "{}", kind=kind, subject="j")
    assert init(tmp_path, subject="j") == 2
    assert f"its schema is of type '{kind}'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_schema_that_is_none_is_refused(
    registry: TestRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.put(31, '{"type": "record", "name": "R", "fields": [{"name": "a", "type": "B"}]}', subject="b")
    assert init(tmp_path, subject="b") == 2
    assert "'B' is no type" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_subject_that_the_registry_lacks_and_no_answer_end_as_everywhere(
    registry: TestRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(tmp_path, subject="nobodys-value") == 26
    assert "has no subject nobodys-value" in capsys.readouterr().err
    registry.every = (503, b"")
    assert init(tmp_path) == 25
    assert list(tmp_path.iterdir()) == []


def test_without_an_address_nobody_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init(tmp_path) == 2
    assert "registry.url is not set" in capsys.readouterr().err


def test_a_frame_by_which_no_registry_is_asked_is_refused(
    registry: TestRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(tmp_path, "--frame=glue") == 2
    err = capsys.readouterr().err
    assert "--frame confluent, apicurio or confluent_header" in err
    assert "--avro-schema FILE --frame glue" in err
    assert registry.asked == []
