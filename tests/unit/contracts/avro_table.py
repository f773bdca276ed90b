"""A writer's type, a column and what is said of it, and what becomes of values: a code after ``!`` where none does."""

from __future__ import annotations

from math import inf, nan
from typing import Any

from unit.contracts.avro_bytes import array, logical, mapped, optional, record
from unit.contracts.documents import Json, field, list_of, map_of, meaning, struct_of

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
