"""A writer's Avro types against a contract's: what is promoted, what a logical type or a wire says."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import pytest
from unit.contracts.avro_bytes import array, avro, encoded, logical, mapped, optional, record
from unit.contracts.documents import Json, field, list_of, map_of, meaning, struct_of, verdict

WRONG = "!wrong_type"
FORMAT = "!bad_format"
RANGE = "!out_of_range"
INEXACT = "!inexact"

ENUM = {"type": "enum", "name": "E", "symbols": ["A", "true", "B7"]}
FIXED = {"type": "fixed", "name": "F", "size": 2}
UUID_FIXED = {"type": "fixed", "name": "U", "size": 16, "logicalType": "uuid"}
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
FLOOR: Json = {"beyond_micros": "floor"}
DAY_MS = 86_400_000
LAST_MS = 253402300799999


def dec(precision: int, scale: int = 0, **more: Any) -> Json:
    return logical("bytes", "decimal", precision=precision, scale=scale, **more)


TABLE: list[tuple[Any, Any, Json, list[tuple[Any, Any]]]] = [
    ("boolean", "boolean", {}, [(True, "true"), (False, "false")]),
    ("boolean", "boolean", {"wire": "string"}, [(True, WRONG)]),
    ("string", "boolean", {"wire": "string"}, [("true", "true"), ("True", FORMAT)]),
    (ENUM, "boolean", {"wire": "string"}, [("true", "true"), ("A", FORMAT)]),
    ("int", "boolean", {}, [(1, WRONG)]),
    # Numbers are promoted, never narrowed.
    ("int", "int", {}, [(-(2**31), "-2147483648")]),
    ("int", "long", {}, [(7, "7")]),
    ("int", "float", {}, [(16777217, "16777216.0"), (0, "0.0")]),
    ("int", "double", {}, [(16777217, "16777217.0")]),
    ("long", "int", {}, [(7, WRONG)]),
    ("long", "long", {}, [(2**63 - 1, "9223372036854775807")]),
    ("long", "float", {}, [(2**63 - 1, "9.223372036854776e+18"), (9007199791611905, "9007200328482816.0")]),
    ("long", "double", {}, [(2**53 + 1, "9007199254740992.0"), (2**53 + 3, "9007199254740996.0")]),
    ("float", "float", {}, [(0.1, "0.10000000149011612"), (nan, RANGE), (inf, RANGE), (-inf, RANGE)]),
    ("float", "double", {}, [(0.1, "0.10000000149011612")]),
    ("float", "long", {}, [(1.0, WRONG)]),
    ("double", "double", {}, [(0.1, "0.1"), (-0.0, "-0.0"), (5e-324, "5e-324"), (nan, RANGE), (-inf, RANGE)]),
    ("double", "float", {}, [(1.0, WRONG)]),
    ("long", "long", {"wire": "string"}, [(7, WRONG)]),
    ("long", "long", {"wire": "either"}, [(7, "7")]),
    ("string", "long", {"wire": "either"}, [("7", "7"), ("07", FORMAT), ("9223372036854775808", RANGE)]),
    ("string", "long", {}, [("7", WRONG)]),
    ("string", "double", {"wire": "string"}, [("1e2", "100.0"), ("NaN", FORMAT)]),
    (logical("long", "timestamp-millis"), "long", {}, [(5, "5")]),
    (logical("int", "date"), "int", {}, [(-5, "-5")]),
    ("long", "long", {"rules": {"minimum": "3"}}, [(3, "3"), (2, "!bad_value")]),
    # Texts and bytes.
    ("string", "string", {}, [("", ""), ("grüß \0😀", "grüß \0😀")]),
    ("bytes", "string", {}, [(b"a\xc3\xa9", "aé"), (b"\xff", FORMAT)]),
    (ENUM, "string", {"rules": {"enum": ["A", "C"]}}, [("A", "A"), ("B7", "!bad_value")]),
    (FIXED, "string", {}, [(b"ab", WRONG)]),
    ("int", "string", {}, [(1, WRONG)]),
    ("bytes", "binary", {}, [(b"\x00\xff", "00ff"), (b"", "")]),
    ("string", "binary", {}, [("é", "c3a9")]),
    ("string", "binary", {"wire": "hex"}, [("00Ff", "00ff"), ("0", FORMAT)]),
    ("string", "binary", {"wire": "base64url"}, [("-_-_", "fbffbf")]),
    ("bytes", "binary", {"wire": "hex"}, [(b"\x01", "01")]),
    (FIXED, "binary", {"rules": {"minLength": 3}}, [(b"ab", "!bad_value")]),
    (dec(4, 2), "binary", {}, [(b"\x7f", "7f")]),
    ("string", "string", meaning("uuid"), [(UUID.upper(), UUID), ("x", FORMAT)]),
    (logical("string", "uuid"), "string", meaning("uuid"), [(UUID, UUID), ("x", FORMAT)]),
    (logical("string", "uuid"), "string", {}, [("X", "X")]),
    (UUID_FIXED, "string", meaning("uuid"), [(bytes.fromhex(UUID.replace("-", "")), UUID)]),
    (FIXED, "string", meaning("uuid"), [(b"ab", WRONG)]),
    ("bytes", "string", meaning("uuid"), [(UUID.encode(), WRONG)]),
    (
        "string",
        "string",
        meaning("json", wire="string"),
        [(' {"a": 1.0} ', '{"a": 1.0}'), ("null", None), ("nul", FORMAT)],
    ),
    ("long", "string", meaning("json", wire="string"), [(1, WRONG)]),
    # Decimals: exactly, or not at all.
    (dec(12, 3), "decimal(9, 3)", {}, [(b"\xff\x85", "-0.123"), (b"\x00", "0.000"), (b"", FORMAT)]),
    (dec(12, 3), "decimal(9, 5)", {}, [(b"\x01", "0.00100"), (b"\x00\x98\x96\x80", RANGE)]),
    (
        dec(12, 3),
        "decimal(9, 2)",
        {},
        [(b"\x0a", "0.01"), (b"\x0b", INEXACT), (b"\xf5", INEXACT), (b"\xf6", "-0.01")],
    ),
    (dec(12, 3), "decimal(2, 0)", {}, [(b"\x01\x86\x9f", INEXACT), (b"\x01\x86\xa0", RANGE)]),
    (dec(1000, 1000), "decimal(38, 38)", {}, [(b"\x00", "0." + "0" * 38), (b"\x01", INEXACT)]),
    (
        dec(4),
        "decimal(38, 0)",
        {},
        [(b"\x7f" * 16, RANGE), (b"\x00" * 100 + b"\x01", "1"), (b"\x7f" * 5000, RANGE)],
    ),
    (
        {**FIXED, "logicalType": "decimal", "precision": 4, "scale": 1},
        "decimal(4, 1)",
        {},
        [(b"\xff\xff", "-0.1")],
    ),
    (dec(4, 1), "decimal(4, 1)", {"wire": "string"}, [(b"\x0b", "1.1")]),
    ("bytes", "decimal(4, 1)", {}, [(b"\x0b", WRONG)]),
    (
        "bytes",
        "decimal(4, 1)",
        {"wire": "unscaled_base64"},
        [(b"\x0b", "1.1"), (b"", FORMAT), (b"\x7f\xff", RANGE)],
    ),
    ("string", "decimal(4, 1)", {"wire": "unscaled_base64"}, [("Cw==", "1.1")]),
    ("string", "decimal(4, 1)", {"wire": "string"}, [("1.10", "1.1"), ("1.11", INEXACT), ("", FORMAT)]),
    ("string", "decimal(4, 1)", {}, [("1.1", WRONG)]),
    ("long", "decimal(4, 1)", {}, [(-7, "-7.0"), (1000, RANGE)]),
    ("int", "decimal(4, 1)", {"wire": "either"}, [(999, "999.0")]),
    ("double", "decimal(4, 1)", {}, [(0.5, WRONG)]),
    # A decimal that its type can't have is none.
    (dec(2, 3), "decimal(4, 1)", {}, [(b"\x0b", WRONG)]),
    (dec(0), "binary", {}, [(b"\x0b", "0b")]),
    ({**FIXED, "logicalType": "decimal", "precision": 5}, "decimal(9, 0)", {}, [(b"ab", WRONG)]),
    # Days and times.
    (
        logical("int", "date"),
        "date",
        {},
        [(-719162, "0001-01-01"), (2932896, "9999-12-31"), (2932897, RANGE)],
    ),
    ("int", "date", {"wire": "epoch_days"}, [(16850, "2016-02-19"), (-719163, RANGE)]),
    ("long", "date", {"wire": "epoch_days"}, [(0, "1970-01-01")]),
    ("int", "date", {}, [(0, WRONG)]),
    ("string", "date", {}, [("2026-11-29", "2026-11-29"), ("2026-02-30", FORMAT)]),
    (logical("long", "timestamp-millis"), "date", {"wire": "epoch_days"}, [(0, WRONG)]),
    (
        logical("int", "time-millis"),
        "string",
        meaning("time"),
        [(DAY_MS - 1, "23:59:59.999000"), (DAY_MS, RANGE), (-1, RANGE)],
    ),
    (logical("long", "time-micros"), "string", meaning("time", wire="ms"), [(1, "00:00:00.000001")]),
    ("int", "string", meaning("time", wire="ms"), [(1, "00:00:00.001000"), (DAY_MS, RANGE)]),
    ("long", "string", meaning("time", wire="us"), [(1, "00:00:00.000001")]),
    ("long", "string", meaning("time"), [(1, WRONG)]),
    ("string", "string", meaning("time"), [("13:00:00", "13:00:00.000000")]),
    # Instants.
    (
        logical("long", "timestamp-millis"),
        "timestamptz",
        {},
        [
            (-619524000000, "1950-05-15T14:00:00.000000Z"),
            (LAST_MS, "9999-12-31T23:59:59.999000Z"),
            (LAST_MS + 1, RANGE),
        ],
    ),
    (
        logical("long", "timestamp-micros"),
        "timestamptz",
        {"wire": "epoch_ms"},
        [(-1, "1969-12-31T23:59:59.999999Z")],
    ),
    (
        logical("long", "timestamp-nanos"),
        "timestamptz",
        {},
        [(-1_000, "1969-12-31T23:59:59.999999Z"), (1, INEXACT)],
    ),
    (
        logical("long", "timestamp-nanos"),
        "timestamptz",
        FLOOR,
        [(-1, "1969-12-31T23:59:59.999999Z"), (1_999, "1970-01-01T00:00:00.000001Z")],
    ),
    (logical("long", "local-timestamp-millis"), "timestamp", {}, [(0, "1970-01-01T00:00:00.000000")]),
    (logical("long", "local-timestamp-micros"), "timestamptz", {}, [(0, WRONG)]),
    (
        logical("long", "local-timestamp-micros"),
        "timestamptz",
        {"wire": "epoch_s"},
        [(1, "1970-01-01T00:00:00.000001Z")],
    ),
    (logical("long", "timestamp-millis"), "timestamp", {}, [(0, WRONG)]),
    (
        logical("long", "timestamp-millis"),
        "timestamp",
        {"wire": "epoch_us"},
        [(1, "1970-01-01T00:00:00.001000")],
    ),
    ("long", "timestamptz", {}, [(0, WRONG)]),
    (
        "long",
        "timestamptz",
        {"wire": "epoch_ms"},
        [(-619524000000, "1950-05-15T14:00:00.000000Z"), (2**63 - 1, RANGE)],
    ),
    ("int", "timestamp", {"wire": "epoch_s"}, [(2**31 - 1, "2038-01-19T03:14:07.000000")]),
    ("long", "timestamptz", {"wire": "epoch_ns"}, [(1, INEXACT), (2**63 - 1, INEXACT)]),
    (
        "string",
        "timestamptz",
        {},
        [("2026-11-29T13:00:00+01:00", "2026-11-29T12:00:00.000000Z"), ("2026-11-29", FORMAT)],
    ),
    ("string", "timestamptz", {"wire": "epoch_ms_text"}, [("1", "1970-01-01T00:00:00.001000Z")]),
    ("string", "timestamptz", {"wire": "epoch_ms"}, [("1", WRONG)]),
    ("long", "timestamptz", {"wire": "epoch_ms_text"}, [(1, WRONG)]),
    ("double", "timestamptz", {"wire": "epoch_s"}, [(1.5, WRONG)]),
    # A logical type that nobody knows, or that is on another type, says nothing.
    (logical("long", "fortnight"), "long", {}, [(1, "1")]),
    (logical("int", "timestamp-millis"), "timestamptz", {}, [(1, WRONG)]),
    (
        logical("int", "timestamp-millis"),
        "timestamptz",
        {"wire": "epoch_s"},
        [(1, "1970-01-01T00:00:01.000000Z")],
    ),
    # Null, by itself and in a union.
    ("null", "long", {}, [(None, None)]),
    (optional("int"), "long", {}, [((0, None), None), ((1, 5), "5")]),
    (["string", "null"], "string", {}, [((1, None), None), ((0, ""), "")]),
    (["int"], "long", {}, [((0, 5), "5")]),
    (["null", "int", "string"], "long", {}, [((0, None), None), ((1, 5), "5"), ((2, "5"), WRONG)]),
    (["int", "string"], "long", {"wire": "either"}, [((0, 5), "5"), ((1, "6"), "6")]),
    # Parts.
    (array("int"), "long", {}, [([], WRONG)]),
    (mapped("int"), struct_of(field(7, "a", "int")), {}, [([], WRONG)]),
    (record("R", ("a", "int")), map_of(7, 8, "int"), {}, [({"a": 1}, WRONG)]),
    (record("R", ("a", "int")), struct_of(field(7, "a", "int")), {}, [({"a": 1}, {"a": "1"})]),
    (
        array(optional("int")),
        list_of(7, "int"),
        {"rules": {"maxItems": 2}},
        [([(1, 2), (0, None)], ["2", None]), ([(0, None)] * 3, "!bad_value")],
    ),
    (
        mapped("int"),
        map_of(7, 8, "long"),
        {},
        [([("b", 1), ("é", 2), ("a", 3)], [["a", "3"], ["b", "1"], ["é", "2"]])],
    ),
]


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
