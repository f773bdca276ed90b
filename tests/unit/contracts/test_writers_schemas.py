"""Records that name their writers' schemas: fast paths, judge and the auditor's judge say the same of each."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.contracts.avro_generated import FRAME, AvroMaker
from unit.contracts.documents import Json, document, field, raw
from unit.contracts.test_avro_by_java import DATUMS, HERE

import waybill_ops.cli
from waybill_common.errors import SettingsRefused
from waybill_contracts.by_hand import RecordByHand, by_the_auditor, by_the_fast_paths, by_the_judge
from waybill_contracts.document import ContractDocument, parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.judging import FolderWindow, KafkaInput
from waybill_contracts.schema_files import SchemaTexts, texts_in

ORDERS = (HERE / "datagen_orders.avsc").read_text()
TRADES = (HERE / "datagen_stock_trades.avsc").read_text()
ORDER, TRADE = DATUMS["datagen order"], DATUMS["trade"]
REGISTRY = {"format": "avro", "registry": "default", "frame": "confluent"}
SCHEMAS: SchemaTexts = {7: ORDERS, 8: TRADES, 9: ORDERS.replace('"itemid"', '"article"')}


def framed(number: int, datum: bytes) -> bytes:
    return b"\x00" + struct.pack(">I", number) + datum


def orders(**more: Any) -> ContractDocument:
    columns = field(1, "orderid", "int", required=True), field(2, "itemid", "string")
    return document(*columns, **{"value": REGISTRY, "extra": "ignore", **more})


def verdicts(of: ContractDocument, values: list[bytes | None], schemas: SchemaTexts) -> list[Any]:
    """Of the records in one block: all three ways say the same."""
    records = [RecordByHand(KafkaInput(one), FolderWindow()) for one in values]
    said = [*map(by_the_judge(of, schemas), records)]
    assert [*map(by_the_auditor(of, schemas), records)] == said
    assert [*by_the_fast_paths(of, schemas)(records)] == said
    return [
        one["reasons"][0][1] if one["verdict"] == "dead" else one.get("values", one["verdict"])
        for one in said
    ]


@pytest.mark.parametrize("times", [1, 30])
def test_each_record_is_read_by_its_own_schema(times: int) -> None:
    values = [
        framed(7, ORDER),
        framed(9, ORDER),
        framed(8, TRADE),
        framed(7, TRADE),
        framed(11, ORDER),
        framed(2**32 - 1, ORDER),
        framed(7, b""),
        framed(7, ORDER)[:5],
        b"\x01" + framed(7, ORDER)[1:],
        b"",
        None,
    ]
    assert verdicts(orders(), values * times, SCHEMAS) == times * [
        {"orderid": "7", "itemid": "Item_12"},
        {"orderid": "7", "itemid": None},
        "missing_field",
        "not_avro",
        "unknown_schema",
        "unknown_schema",
        "bad_frame",
        "bad_frame",
        "bad_frame",
        "bad_frame",
        "null_value",
    ]


def test_select_by_schema_is_asked_of_each_records_own() -> None:
    chosen = orders(select={"schema": "name", "in": ["ksql.orders"]})
    values = [framed(7, ORDER), framed(8, TRADE), framed(7, TRADE), framed(11, TRADE), None] * 20
    assert verdicts(chosen, values, SCHEMAS)[:5] == [
        {"orderid": "7", "itemid": "Item_12"},
        "skipped",
        "not_avro",
        "unknown_schema",
        "skipped",
    ]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 3))
def test_schemas_mixed_at_random_are_judged_alike(seed: int, count: int) -> None:
    """One contract, schemas of several writers, most of which do not fit it, and datums of each under any id."""
    makers = [AvroMaker(seed + at) for at in range(count)]
    trees = [one.document() for one in makers]
    tree: Json = trees[0] | {"value": REGISTRY | {"frame": "apicurio"}}
    of = parse_document(canonical_bytes(tree))
    schemas: SchemaTexts = {at: trees[at]["value"]["schema"] for at in range(count)}
    values: list[bytes | None] = []
    for step in range(60):
        at = step % count
        value = makers[at].record(trees[at])
        frame = b"\x00" + struct.pack(">Q", (at, at, at, (at + 1) % count, 77)[step % 5])
        values.append(None if value is None else frame + value.removeprefix(FRAME))
    verdicts(of, values, schemas)


def test_the_command_takes_schemas_from_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/7.avsc").write_text(ORDERS)
    (tmp_path / "schemas/notes.txt").write_text("none")
    path = tmp_path / "c.json"
    path.write_bytes(orders().text)
    lines = tmp_path / "records.jsonl"
    lines.write_text(
        "".join(
            json.dumps({"value": base64.b64encode(framed(number, ORDER)).decode()}) + "\n"
            for number in (7, 8)
        )
    )
    for by in ((), ("--fast",), ("--auditor",)):
        words = ["contract", "judge", str(path), str(lines), f"--schemas={tmp_path / 'schemas'}", *by]
        assert waybill_ops.cli.main(words) == 0
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [one["verdict"] for one in found] == ["row", "dead"]
    assert waybill_ops.cli.main(["contract", "judge", str(path), str(lines)]) == 2
    assert "--schemas" in capsys.readouterr().err
    path.write_bytes(canonical_bytes(raw(field(1, "a", "int"))))
    assert waybill_ops.cli.main([*words[:2], str(path), *words[3:]]) == 2


@pytest.mark.parametrize("text", ["{", '"string"', "[" * 200, '{"type":"record","name":"a"}'])
def test_a_file_that_is_no_schema_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "7.avsc").write_text(text)
    with pytest.raises(SettingsRefused, match=r"7\.avsc is no schema of Avro"):
        texts_in(str(tmp_path))
