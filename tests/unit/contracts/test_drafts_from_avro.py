"""``waybill contract init --avro-schema``: a document in which the schema lies, with a column for all that has one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.contracts.avro_bytes import array, encoded, logical, mapped, optional, record
from unit.contracts.avro_generated import AvroMaker
from unit.contracts.documents import verdict
from unit.contracts.test_avro_by_java import DATUMS, HERE

import waybill_ops.cli
from waybill_contracts.document import ContractDocument
from waybill_contracts.drafting import DraftRefused, DraftWishes, draft_from_avro

WISHES = DraftWishes("orders")


def drafted(schema: Any, wishes: DraftWishes = WISHES) -> ContractDocument:
    return draft_from_avro(json.dumps(schema).encode(), None, wishes).document


@given(seed=st.integers(0, 2**32))
def test_a_datum_has_nothing_that_its_draft_does_not_take_but_what_no_column_holds(seed: int) -> None:
    maker = AvroMaker(seed)
    root = maker.record_type()
    maker.schema = maker.defined_once(root, set())
    try:
        of = drafted(maker.schema)
    except DraftRefused as refused:
        assert str(refused) == "no field of it can be a column"  # else it is a document
        return
    for _ in range(5):
        found = verdict(of, maker.datum(root))
        codes = set() if isinstance(found, dict) else {code for _, code in found}
        assert codes <= {"out_of_range", "inexact", "bad_format", "duplicate_field"}


@pytest.mark.parametrize(
    "name", ["every_type", "nested_orders", "datagen_orders", "datagen_stock_trades", "weather"]
)
def test_what_javas_encoder_wrote_is_a_row_by_its_draft(name: str) -> None:
    lines = map(json.loads, (HERE / "values.jsonl").read_text().splitlines())
    of = draft_from_avro((HERE / f"{name}.avsc").read_bytes(), None, WISHES).document
    datums = [DATUMS[one["name"]] for one in lines if one["schema"] == f"{name}.avsc"]
    assert datums
    for datum in datums:
        assert isinstance(verdict(of, datum), dict)


def test_unions_of_records_with_such_unions_are_drafted_in_time() -> None:
    """As of the nodes of a tree: there are more ways through them than anybody can wait for."""
    schema = record("top")
    branches = ["null"]
    for at in range(60):
        branches = [*branches, f"R{at}"]
        kind = record(f"R{at}", ("n", "long"), ("one", branches), ("all", array(branches)))
        schema["fields"].append({"name": f"f{at}", "type": kind})
    of = drafted(schema)
    assert [one.name for one in of.root.fields] == [f"f{at}" for at in range(60)]
    found = verdict(of, b"\x02\x00\x00" + b"\x02\x02\x04\x00\x00\x00" + b"\x02\x00\x00" * 58)
    assert found == {f"f{at}": {"n": "1"} for at in range(60)}


SCHEMA = record(
    "Order",
    ("order_id", "long"),
    ("at", logical("long", "timestamp-millis")),
    ("at_day", "string"),
    ("note", optional("string")),
    ("kafka_offset", "int"),
    ("either", ["int", "long"]),
    ("several", ["long", "string"]),
    ("nothing", "null"),
    ("part", optional("Order")),
)


def test_what_no_column_holds_is_left_out_by_its_place_and_named() -> None:
    draft = draft_from_avro(json.dumps(SCHEMA).encode(), "confluent", DraftWishes("orders", required=True))
    of = draft.document
    assert (of.extra, of.time, of.value.frame) == ("dead", "at", "confluent")
    assert [one.spelling for one in of.partition_by] == ["day(at)"]
    assert [*of.columns] == ["order_id", "at", "at_day_2", "note", "_kafka_offset", "either"]
    assert [one.required for one in of.root.fields] == [True, True, True, False, True, True]
    assert of.ignore == (("several",), ("nothing",), ("part",))
    assert draft.told[:3] == (
        "Left out: /several: it has several types.",
        "Left out: /nothing: it is always null.",
        "Left out: /part: it contains itself.",
    )


def test_what_is_left_out_within_items_makes_the_document_ignore_unknown_fields() -> None:
    item = record("Item", ("a", "int"), ("b", ["int", "string"]))
    draft = draft_from_avro(json.dumps(record("r", ("items", array(item)))).encode(), None, WISHES)
    assert (draft.document.extra, draft.document.ignore) == ("ignore", ())
    assert any("Unknown fields are ignored" in one for one in draft.told)
    datum = encoded(record("r", ("items", array(item))), {"items": [{"a": 1, "b": (1, "x")}]})
    assert verdict(draft.document, datum) == {"items": [{"a": "1"}]}


REFUSED = {
    "no schema": (b"{", "it is no JSON"),
    "no UTF-8": (b"\xff", "utf-8"),
    "several records": (json.dumps([record("a"), record("b")]).encode(), "one of 2 records"),
    "no column": (json.dumps(record("a", ("n", "null"), ("m", mapped("null")))).encode(), "no field of it"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_schema_without_a_document_is_refused(what: str) -> None:
    data, why = REFUSED[what]
    with pytest.raises(DraftRefused, match=why):
        draft_from_avro(data, None, WISHES)


def test_init_writes_a_document_that_judge_goes_by(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "order.avsc").write_text(json.dumps(SCHEMA))
    output = tmp_path / "order.json"
    words = ("contract", "init", f"--avro-schema={tmp_path / 'order.avsc'}", f"--output={output}")
    assert waybill_ops.cli.main((*words, "--time=at", "--id=order_id")) == 0
    out, err = capsys.readouterr()
    assert "  at: timestamptz, optional\n" in out
    assert "`--frame confluent` says otherwise" in err
    values = {"order_id": 1, "at": 0, "at_day": "", "note": (0, None), "kafka_offset": 2, "either": (1, 3)}
    values |= {"several": (0, 1), "nothing": None, "part": (0, None)}
    (tmp_path / "datum").write_bytes(encoded(SCHEMA, values))
    assert waybill_ops.cli.main(("contract", "judge", str(output), str(tmp_path / "datum"), "--plain")) == 0
    assert json.loads(capsys.readouterr().out)["values"]["either"] == "3"


def test_a_frame_goes_with_a_schema_of_avro_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("contract", "init", f"--from-sample={tmp_path / 'a.jsonl'}", "--frame=glue")
    assert waybill_ops.cli.main((*words, f"--output={tmp_path / 'a.json'}")) == 2
    assert "--frame with --avro-schema" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ({"type": "bytes", "logicalType": "decimal"}, "/v is taken as bytes: its decimal has no precision."),
        (
            {"type": "string", "logicalType": "fortnight"},
            "/v is taken as string: its logical type 'fortnight' says",
        ),
        ({"type": "int", "logicalType": "timestamp-millis"}, "/v is taken as int: its logical type"),
        (
            ["null", {"type": "array", "items": {"type": "int", "logicalType": "uuid"}}],
            "/v/ is taken as int: its",
        ),
    ],
    ids=["no precision", "unknown", "another type's", "of items"],
)
def test_a_logical_type_that_says_nothing_is_told(kind: Any, said: str) -> None:
    tree = {"type": "record", "name": "R", "fields": [{"name": "v", "type": kind}]}
    told = draft_from_avro(json.dumps(tree).encode(), None, DraftWishes("s")).told
    assert told[0].startswith(said)


def test_a_long_number_in_an_attribute_is_no_concern_of_ours() -> None:
    tree = record("R", ("v", "int"), more=0)
    text = json.dumps(tree).replace('"more": 0', f'"more": {"7" * 5000}')
    assert draft_from_avro(text.encode(), None, DraftWishes("s")).document.columns["v"] is not None
