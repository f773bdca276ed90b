"""A writer's Avro types against a contract's: what is promoted, what a logical type or a wire says."""

from __future__ import annotations

from typing import Any

import pytest
from unit.contracts.avro_bytes import array, avro, encoded, mapped, optional, record
from unit.contracts.avro_table import TABLE
from unit.contracts.documents import Json, field, list_of, map_of, struct_of, verdict


@pytest.mark.parametrize("nested", [False, True], ids=["top", "nested"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{_short(row[0])} {_short(row[1])} {_short(row[2])}")
def test_each_pair_of_types(row: tuple[Any, Any, Json, list[tuple[Any, Any]]], *, nested: bool) -> None:
    kind, column, entry, values = row
    entries = {"1": entry} if entry else {}
    if nested:
        schema: Any = record("root", ("outer", array(mapped(record("inner", ("v", kind))))))
        outer = list_of(3, map_of(4, 5, struct_of(field(1, "v", column))))
        of, where = avro(schema, field(2, "outer", outer), entries=entries), "/outer/0/k/v"
    else:
        schema = record("root", ("v", kind))
        of, where = avro(schema, field(1, "v", column), entries=entries), "/v"
    for value, wanted in values:
        datum = encoded(schema, {"outer": [[("k", {"v": value})]]} if nested else {"v": value})
        found = verdict(of, datum)
        if isinstance(found, dict):
            assert (found["outer"][0][0][1]["v"] if nested else found["v"]) == wanted
        else:
            assert found == [(where, str(wanted).removeprefix("!"))]
            assert str(wanted).startswith("!")


def _short(value: Any) -> str:
    return str(value)[:60]


def test_null_where_a_value_is_required_is_missing() -> None:
    schema = record("r", ("v", optional("int")), ("w", "null"), ("x", array(optional("int"))))
    of = avro(
        schema,
        field(1, "v", "int", required=True),
        field(2, "w", "int", required=True),
        field(3, "x", list_of(4, "int", required=True), required=True),
        field(5, "y", "int", required=True),
    )
    assert verdict(of, encoded(schema, {"v": (0, None), "w": None, "x": [(1, 1), (0, None)]})) == [
        ("/v", "missing_field"),
        ("/w", "missing_field"),
        ("/x/1", "missing_field"),
        ("/y", "missing_field"),
    ]


NESTED = record(
    "r",
    ("b", "int"),
    ("deep", record("d", ("extra", "int"), ("a", "string"))),
    ("a", "int"),
    ("list", array(record("i", ("x", "int"), ("y", "int")))),
)
DATUM = {"b": 1, "deep": {"extra": 2, "a": "t"}, "a": 3, "list": [{"x": 4, "y": 5}, {"x": 6, "y": 7}]}
COLUMNS = (
    field(1, "a", "int"),
    field(2, "deep", struct_of(field(3, "a", "string"))),
    field(4, "list", list_of(5, struct_of(field(6, "x", "int")))),
)


def test_a_field_that_the_contract_does_not_name_is_told_in_the_order_of_the_record() -> None:
    told = [("/deep/extra", "unknown_field"), ("/list/0/y", "unknown_field"), ("/list/1/y", "unknown_field")]
    assert verdict(avro(NESTED, *COLUMNS), encoded(NESTED, DATUM)) == [*told, ("/b", "unknown_field")]


@pytest.mark.parametrize(
    "more",
    [{"extra": "ignore"}, {"ignore": ["/b", "/deep/extra", "/list/0/y", "/list/1/y"]}],
    ids=["extra", "ignore"],
)
def test_a_document_may_leave_fields_out(more: Json) -> None:
    wanted = {"a": "3", "deep": {"a": "t"}, "list": [{"x": "4"}, {"x": "6"}]}
    assert verdict(avro(NESTED, *COLUMNS, **more), encoded(NESTED, DATUM)) == wanted


def test_places_lead_through_records() -> None:
    schema = record("r", ("way", optional(record("w", ("x", "int"), ("y", "int")))), ("n", "int"))
    fields = (field(1, "p", "int"), field(2, "q", "int", required=True))
    entries = {"1": {"from": "/way/x"}, "2": {"from": "/way/y"}}
    of = avro(schema, *fields, entries=entries, ignore=["/n"])
    assert verdict(of, encoded(schema, {"way": (1, {"x": 1, "y": 2}), "n": 0})) == {"p": "1", "q": "2"}
    assert verdict(of, encoded(schema, {"way": (0, None), "n": 0})) == [("/way/y", "missing_field")]
    through = avro(
        schema,
        *fields[:1],
        field(3, "z", "int"),
        entries={"1": {"from": "/n/x"}, "3": {"from": "/n/y"}},
        ignore=["/way"],
    )
    assert verdict(through, encoded(schema, {"way": (0, None), "n": 0})) == [("/n", "wrong_type")]
    unknown = avro(schema, field(1, "p", "int"), entries={"1": {"from": "/way/x"}})
    assert verdict(unknown, encoded(schema, {"way": (1, {"x": 1, "y": 2}), "n": 0})) == [
        ("/way/y", "unknown_field"),
        ("/n", "unknown_field"),
    ]


def test_a_field_is_known_by_the_names_that_it_had() -> None:
    schema = record("r")
    schema["fields"] = [
        {"name": "user", "type": "int", "aliases": ["user_id", "id"]},
        {"name": "id", "type": "int"},
        {"name": "place", "type": record("p", ("x", "int")), "aliases": ["spot"]},
    ]
    datum = encoded(schema, {"user": 1, "id": 2, "place": {"x": 3}})
    of = avro(
        schema,
        field(1, "user_id", "int"),
        field(2, "id", "int"),
        field(3, "x", "int"),
        entries={"3": {"from": "/spot/x"}},
    )
    assert verdict(of, datum) == {"user_id": "1", "id": "2", "x": "3"}
    both = avro(schema, field(1, "user", "int"), field(2, "user_id", "int"), ignore=["/id", "/place"])
    assert verdict(both, datum) == {"user": "1", "user_id": None}


def test_a_branch_that_does_not_fit_is_told_where_it_is_met() -> None:
    one, two = record("One", ("a", "int")), record("Two", ("a", "int"), ("b", "int"))
    schema = record("r", ("v", [one, two, "int"]))
    of = avro(schema, field(1, "v", struct_of(field(2, "a", "int"))))
    assert verdict(of, encoded(schema, {"v": (0, {"a": 1})})) == {"v": {"a": "1"}}
    assert verdict(of, encoded(schema, {"v": (1, {"a": 1, "b": 2})})) == [("/v/b", "unknown_field")]
    assert verdict(of, encoded(schema, {"v": (2, 1)})) == [("/v", "wrong_type")]


TYPES = [
    record("Made", ("a", "int"), namespace="shop"),
    record("Paid", ("b", "string"), namespace="shop"),
    "string",
    "null",
]


def test_a_union_of_records_is_judged_by_the_one_that_was_written() -> None:
    of = avro(TYPES, field(1, "a", "int"))
    assert verdict(of, encoded(TYPES, (0, {"a": 1}))) == {"a": "1"}
    assert verdict(of, encoded(TYPES, (1, {"b": "x"}))) == [("/b", "unknown_field")]
    for other in ((2, "x"), (3, None)):
        assert verdict(of, encoded(TYPES, other)) == [("", "not_an_object")]
    alone = optional(record("r", ("a", "int")))
    assert verdict(avro(alone, field(1, "a", "int")), encoded(alone, (1, {"a": 1}))) == {"a": "1"}
    assert verdict(avro(alone, field(1, "a", "int")), encoded(alone, (0, None))) == [("", "not_an_object")]


def test_select_goes_by_what_the_writers_schema_says() -> None:
    of = avro(TYPES, field(1, "a", "int"), select={"schema": "name", "in": ["shop.Made"]})
    assert verdict(of, encoded(TYPES, (0, {"a": 1}))) == {"a": "1"}
    assert verdict(of, encoded(TYPES, (1, {"b": "x"}))) == "skipped"
    assert verdict(of, None) == "skipped"
    assert verdict(of, encoded(TYPES, (1, {"b": "x"})) + b"\x00") == [("", "not_avro")]
    by_space = avro(
        TYPES, field(1, "a", "int"), select={"schema": "namespace", "in": ["shop"]}, extra="ignore"
    )
    assert verdict(by_space, encoded(TYPES, (1, {"b": "x"}))) == {"a": None}
    assert (
        verdict(
            avro(TYPES, field(1, "a", "int"), select={"schema": "x", "in": ["y"]}),
            encoded(TYPES, (0, {"a": 1})),
        )
        == "skipped"
    )
