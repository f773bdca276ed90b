"""Which writer's schemas a document may have in it."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from unit.contracts.avro_bytes import array, avro, encoded, optional, record, whole
from unit.contracts.documents import document, field, raw, struct_of, verdict

from waybill_contracts.avro import RecordType, SchemaRefused, parse_schema
from waybill_contracts.document import DocumentRefused, parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_ops.audit.second_judge import NoSchema, read_schema


def given(text: str) -> None:
    document(field(1, "v", "int"), value={"format": "avro", "schema": text})


def one(kind: Any) -> str:
    return json.dumps(record("r", ("v", kind)))


def with_field(**more: Any) -> str:
    return json.dumps({"type": "record", "name": "r", "fields": [{"name": "v", "type": "int", **more}]})


ENUM = {"type": "enum", "name": "e"}

REFUSED = {
    "no JSON": ("{", "it is no JSON"),
    "two values": ('"int" 1', "it is no JSON"),
    "too deep": ("[" * 101, "too deep"),
    "too large": (one("int") + " " * 1_000_000, "1,000,000 bytes"),
    "a member twice": ('{"type": "record", "name": "r", "name": "s", "fields": []}', "twice"),
    "a number": ("1", "it is no type"),
    "no type": ("{}", "it is no type"),
    "an unknown type": (one("strng"), "'strng' is no type"),
    "no record": ('"long"', "no records"),
    "a union without a record": ('["null", "long"]', "no records"),
    "fields that are none": ('{"type": "record", "name": "r", "fields": {}}', "no list"),
    "a field that is none": ('{"type": "record", "name": "r", "fields": ["v"]}', "it is no field"),
    "a field without a name": ('{"type": "record", "name": "r", "fields": [{"type": "int"}]}', "no text"),
    "a field without a type": ('{"type": "record", "name": "r", "fields": [{"name": "a"}]}', "it is no type"),
    "a field twice": (json.dumps(record("r", ("v", "int"), ("v", "int"))), "twice"),
    "a field's name": (json.dumps(record("r", ("1v", "int"))), "'1v' is no name"),
    "a record without a name": ('{"type": "record", "fields": []}', "no text"),
    "a record's name": (json.dumps(record("a..b")), "'' is no name"),
    "a primitive's name": (json.dumps(record("string")), "a type already"),
    "a type twice": (one([record("s"), record("s")]), "defined twice"),
    "a name before it is defined": (json.dumps(record("r", ("a", "s"), ("b", record("s")))), "'s' is no type"),
    "aliases that are none": (with_field(aliases="b"), "no list"),
    "an empty union": (one([]), "a union of nothing"),
    "a union in a union": (one([["int"]]), "a union stands in a union"),
    "a branch twice": (one(["int", {"type": "int"}]), "such a branch"),
    "two arrays": (one([array("int"), array("long")]), "such a branch"),
    "symbols that are none": (one({**ENUM, "symbols": "A"}), "no list"),
    "a symbol twice": (one({**ENUM, "symbols": ["A", "A"]}), "twice"),
    "a symbol's name": (one({**ENUM, "symbols": ["a-b"]}), "'a-b' is no name"),
    "a default that is no symbol": (one({**ENUM, "symbols": ["A"], "default": "B"}), "none of the symbols"),
    "a fixed without a size": (one({"type": "fixed", "name": "f"}), "no size"),
    "a fixed of less than nothing": (one({"type": "fixed", "name": "f", "size": -1}), "no size"),
    "a fixed of a fraction": (one({"type": "fixed", "name": "f", "size": 1.5}), "no size"),
    "a fixed beyond 2 GiB": (one({"type": "fixed", "name": "f", "size": 2**31}), "no size"),
    "an array of nothing": (one({"type": "array"}), "it is no type"),
    "a map of nothing": (one({"type": "map"}), "it is no type"),
    "a record in itself": (json.dumps(record("r", ("r", "r"))), "without end"),
    "records in each other": (json.dumps(record("a", ("b", record("b", ("a", "a"))))), "without end"),
    "a decimal of many digits": (one({"type": "bytes", "logicalType": "decimal", "precision": 1001}), "1001 digits"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_schema_that_is_none_is_refused_with_its_place(what: str) -> None:
    text, why = REFUSED[what]
    with pytest.raises(DocumentRefused) as refused:
        given(text)
    assert refused.value.place == "/value/schema"
    assert why in str(refused.value)


def test_the_place_in_the_schema_is_named() -> None:
    with pytest.raises(DocumentRefused, match="at /fields/0/type/items of the Avro schema: 'nt' is no type"):
        given(one(array("nt")))


def test_records_in_a_row_of_more_than_100_are_refused() -> None:
    def types(count: int) -> str:
        found: list[Any] = [record("r0", ("v", "int"))]
        found += [record(f"r{at}", ("inner", f"r{at - 1}")) for at in range(1, count)]
        return json.dumps(found)

    given(types(100))
    for count in (101, 5_000):
        with pytest.raises(DocumentRefused, match="more than 100 records deep"):
            given(types(count))


@pytest.mark.parametrize("read", [parse_schema, read_schema], ids=["writer", "auditor"])
def test_a_large_fixed_that_may_be_a_decimal_fills_no_memory(read: Callable[[str], Any]) -> None:
    fixed = {"type": "fixed", "name": "F", "size": 2**27, "logicalType": "decimal", "precision": 9}
    tracemalloc.start()
    try:
        root = read(one(fixed))
        kinds: list[Any] = [one.type for one in root.fields] if isinstance(root, RecordType) else root.parts
        assert kinds[0].logical
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_the_auditor_reads_decimals_of_no_more_digits_than_writers_do() -> None:
    kind = {"type": "bytes", "logicalType": "decimal", "precision": 10**9, "scale": 10**9}
    with pytest.raises(SchemaRefused, match="a decimal of 1000000000 digits"):
        parse_schema(one(kind))
    with pytest.raises(NoSchema, match="a decimal of 1000000000 digits"):
        read_schema(one(kind))


TAKEN = {
    "a type in a type": one({"type": {"type": "int"}}),
    "a union in a type": one({"type": ["null", "int"]}),
    "an error": '{"type": "error", "name": "r", "fields": []}',
    "defaults that are none": with_field(default="x"),
    "numbers of others": f'{{"type": "record", "name": "r", "fields": [], "x": [{"1" * 5_000}, -1.{"1" * 5_000}]}}',
    "members of others": '{"type": "record", "name": "r", "fields": [], "connect.name": 1.5, "x": [1e400]}',
    "letters of all scripts": json.dumps(record("größe", ("имя", "int"))),
    "an empty namespace": json.dumps(record("r", namespace="")),
    "no namespace": json.dumps(record("r", namespace=None)),
    "recursion that may end": json.dumps(record("r", ("next", optional("r")), ("all", array("r")))),
    "an enum without symbols": one(optional({**ENUM, "symbols": []})),
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_decides_nothing_of_a_datum_is_not_looked_at(what: str) -> None:
    given(TAKEN[what])
    read_schema(TAKEN[what])


def test_a_short_name_is_one_of_the_namespace_around_it_or_of_none() -> None:
    other = record("other", ("v", "int"))
    inner = record(
        "inner", ("a", record("item", ("x", "int"))), ("b", "item"), ("c", "other"), namespace="a.b"
    )
    schema = record("top", ("o", other), ("i", inner), ("again", "a.b.item"), namespace="")
    of = avro(schema, field(1, "again", struct_of(field(2, "x", "int"))), extra="ignore")
    # item of a.b, the other one, which has no namespace
    datum = whole(1) + whole(2) + whole(3) + whole(4) + whole(5)
    assert verdict(of, datum) == {"again": {"x": "5"}}
    assert encoded("int", 5) == whole(5)


def test_json_of_avro_stands_in_a_text() -> None:
    tree = raw(
        field(1, "v", "string"),
        entries={"1": {"as": "json"}},
        value={"format": "avro", "schema": one("string")},
    )
    with pytest.raises(DocumentRefused, match="wire") as refused:
        parse_document(canonical_bytes(tree))
    assert refused.value.place == "/fields/1/wire"
