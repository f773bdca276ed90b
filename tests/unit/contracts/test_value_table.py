"""contract1 4, row by row, at the top level and inside a list, a map and a struct."""

from __future__ import annotations

from typing import Any

import pytest
from unit.contracts.documents import (
    document,
    field,
    list_of,
    map_of,
    meaning,
    of_type,
    struct_of,
    value_of,
    verdict,
)

MISSING, TYPE, FORMAT, RANGE, INEXACT = (
    "!missing_field",
    "!wrong_type",
    "!bad_format",
    "!out_of_range",
    "!inexact",
)

Table = dict[tuple[str, tuple[tuple[str, Any], ...]], dict[str, Any]]


def said(kind: str, **entry: Any) -> tuple[str, tuple[tuple[str, Any], ...]]:
    return kind, tuple(entry.items())


TABLE: Table = {
    said("boolean"): {
        "true": "true", "false": "false", "1": TYPE, '"true"': TYPE, "[]": TYPE, "null": None,
    },
    said("boolean", wire="string"): {
        '"true"': "true", '"false"': "false", '"True"': FORMAT, '""': FORMAT, "true": TYPE,
    },
    said("int"): {
        "0": "0", "-0": "0", "2147483647": "2147483647", "2147483648": RANGE, "-2147483648": "-2147483648",
        "-2147483649": RANGE, "1.0": FORMAT, "1e0": FORMAT, '"1"': TYPE, "true": TYPE, "9" * 5000: RANGE,
    },
    said("long"): {
        "9223372036854775807": "9223372036854775807", "9223372036854775808": RANGE,
        "-9223372036854775808": "-9223372036854775808", "-9223372036854775809": RANGE, "1.0": FORMAT,
    },
    said("long", wire="string"): {
        '"7"': "7", '"-0"': "0", '"07"': FORMAT, '"+7"': FORMAT, '" 7"': FORMAT, '"7\\n"': FORMAT,
        '"1_0"': FORMAT, '"\u0667"': FORMAT, '""': FORMAT, "7": TYPE, '"9223372036854775808"': RANGE,
    },
    said("long", wire="either"): {
        '"7"': "7", "7": "7", "7.0": FORMAT, '"7.0"': FORMAT, "null": None, "[7]": TYPE,
    },
    said("double"): {
        "1": "1.0", "1.5": "1.5", "-0": "0.0", "-0.0": "-0.0", "-0e0": "-0.0", "1e400": RANGE, "-1e400": RANGE,
        "1.7976931348623158e308": "1.7976931348623157e+308", "1e-400": "0.0", "-1e-400": "-0.0",
        "5e-324": "5e-324", "9223372036854775808": "9.223372036854776e+18",
        "9007199254740993": "9007199254740992.0", '"1"': TYPE, "1e-999999999": "0.0", "9" * 5000: RANGE,
        "1e999999999999999999999": RANGE, "0e999999999999999999999": "0.0",
    },
    said("double", wire="string"): {
        '"1.5"': "1.5", '"-0"': "0.0", '"-0.0"': "-0.0", '" 1.5"': FORMAT, '"1_0.5"': FORMAT, '"NaN"': FORMAT,
        '"inf"': FORMAT, '"1."': FORMAT, '".5"': FORMAT, '"01"': FORMAT, '"\u0661"': FORMAT, '"1e400"': RANGE,
        "1.5": TYPE,
    },
    said("float"): {
        "1.00000017881393432617187499": "1.0000001192092896",
        "1.00000017881393432617187500": "1.000000238418579",
        "1.000000178813934326171875000000001": "1.000000238418579", "1.00000005960464477539062500": "1.0",
        "1.000000059604644775390625000000001": "1.0000001192092896", "1e39": RANGE,
        "3.4028235e38": "3.4028234663852886e+38", "3.4028235677973366e38": "3.4028234663852886e+38",
        "3.4028235677973367e38": RANGE, "340282356779733661637539395458142568447": "3.4028234663852886e+38",
        "340282356779733661637539395458142568448": RANGE, "1e-46": "0.0", "-1e-46": "-0.0",
        "7.0064923216240853546186479164495806564013097093825788587853e-46": "0.0",
        "7.0064923216240853546186479164495806564013097093825788587854e-46": "1.401298464324817e-45",
        "-0": "0.0", "0.1": "0.10000000149011612",
    },
    said("decimal(4, 1)"): {
        "1.100": "1.1", "1E+2": "100.0", "1.105": INEXACT, "-0": "0.0", "-0.0": "0.0", "999.9": "999.9",
        "1000": RANGE, "999.99": INEXACT, "1e3": RANGE, "1e9999": RANGE, "1e-9999": INEXACT, "0e9999": "0.0",
        "1e10000": FORMAT, "0." + "0" * 126: "0.0", "0." + "0" * 127: FORMAT, '"1"': TYPE, "-999.9": "-999.9",
        "1000.05": RANGE,
    },
    said("decimal(38, 0)"): {
        "9" * 38: "9" * 38, "1" + "0" * 38: RANGE, "-" + "9" * 38: "-" + "9" * 38,
    },
    said("decimal(38, 38)"): {
        "0." + "9" * 38: "0." + "9" * 38, "1": RANGE, "0": "0." + "0" * 38, "0." + "9" * 39: INEXACT,
    },
    said("decimal(4, 1)", wire="string"): {
        '"1.1"': "1.1", '"1e2"': "100.0", '" 1"': FORMAT, '"1_0"': FORMAT, '"+1"': FORMAT, '"NaN"': FORMAT,
        "1": TYPE, '"\uff11"': FORMAT, '"1."': FORMAT, '"01"': FORMAT,
    },
    said("decimal(4, 1)", wire="unscaled_base64"): {
        '"CQ=="': "0.9", '"/w=="': "-0.1", '"AAAAAAAAAAk="': "0.9", '"Jw8="': "999.9", '"JxA="': RANGE,
        '"2PE="': "-999.9", '"2PA="': RANGE, '""': FORMAT, '"CQ"': FORMAT, '"CR=="': FORMAT, "9": TYPE,
    },
    said("date"): {
        '"2026-11-29"': "2026-11-29", '"0001-01-01"': "0001-01-01", '"9999-12-31"': "9999-12-31",
        '"0000-01-01"': RANGE, '"0000-02-29"': RANGE, '"0000-02-30"': FORMAT, '"2026-02-29"': FORMAT,
        '"2024-02-29"': "2024-02-29", '"2026-1-1"': FORMAT, '"20261129"': FORMAT, '"2026-11-29 "': FORMAT,
        '"10000-01-01"': FORMAT, "1": TYPE, '"2026-13-01"': FORMAT,
    },
    said("date", wire="epoch_days"): {
        "0": "1970-01-01", "-719162": "0001-01-01", "-719163": RANGE, "2932896": "9999-12-31", "2932897": RANGE,
        "1.0": FORMAT, "1e0": FORMAT, '"1"': TYPE, "-0": "1970-01-01",
    },
    said("string", **meaning("time")): {
        '"13:00:00"': "13:00:00.000000", '"13:00:00.5"': "13:00:00.500000",
        '"23:59:59.999999"': "23:59:59.999999", '"24:00:00"': FORMAT, '"23:59:60"': FORMAT, '"13:00"': FORMAT,
        '"13:00:00."': FORMAT, '"13:00:00.1234567"': FORMAT, '"13:00:00Z"': FORMAT, "1": TYPE,
    },
    said("string", **meaning("time", wire="ms")): {
        "0": "00:00:00.000000", "86399999": "23:59:59.999000", "86400000": RANGE, "-1": RANGE, "1.0": FORMAT,
        '"1"': TYPE,
    },
    said("string", **meaning("time", wire="us")): {
        "86399999999": "23:59:59.999999", "86400000000": RANGE,
    },
    said("timestamptz"): {
        '"2026-11-29T13:00:00Z"': "2026-11-29T13:00:00.000000Z",
        '"2026-11-29t13:00:00z"': "2026-11-29T13:00:00.000000Z",
        '"2026-11-29 13:00:00+01:00"': "2026-11-29T12:00:00.000000Z",
        '"2026-11-29T13:00:00-00:00"': "2026-11-29T13:00:00.000000Z",
        '"2026-11-29T13:00:00.1-23:59"': "2026-11-30T12:59:00.100000Z", '"2026-11-29T13:00:00+24:00"': FORMAT,
        '"2026-11-29T13:00:00+00:60"': FORMAT, '"2026-11-29T13:00:60Z"': FORMAT,
        '"2026-11-29T24:00:00Z"': FORMAT, '"2026-11-29T13:00:00"': FORMAT, '"2026-11-29T13:00:00+0100"': FORMAT,
        '"2026-11-29T13:00:00,5Z"': FORMAT, '"2026-11-29T13:00:00 UTC"': FORMAT,
        '"2024-01-01_00:00:00Z"': FORMAT, '"2026-11-29T13:00:00.Z"': FORMAT,
        '"2026-11-29T13:00:00.123456000Z"': "2026-11-29T13:00:00.123456Z",
        '"2026-11-29T13:00:00.1234567Z"': INEXACT, '"2026-11-29T13:00:00.0000000000Z"': FORMAT,
        '"0001-01-01T00:00:00Z"': "0001-01-01T00:00:00.000000Z", '"0001-01-01T00:59:59+01:00"': RANGE,
        '"9999-12-31T23:59:59.999999Z"': "9999-12-31T23:59:59.999999Z", '"9999-12-31T23:59:59-00:01"': RANGE,
        '"0000-12-31T23:59:59-01:00"': RANGE, '"9999-12-31T23:59:59.9999999Z"': INEXACT,
        '"0001-01-01T00:00:00.0000001+00:01"': RANGE, '"2026-02-30T00:00:00Z"': FORMAT,
        '"2026-11-29T13:00Z"': FORMAT, "0": TYPE,
    },
    said("timestamptz", beyond_micros="floor"): {
        '"2026-11-29T13:00:00.1234567Z"': "2026-11-29T13:00:00.123456Z",
        '"1969-12-31T23:59:59.9999999Z"': "1969-12-31T23:59:59.999999Z",
        '"9999-12-31T23:59:59.9999999Z"': "9999-12-31T23:59:59.999999Z",
    },
    said("timestamptz", wire="epoch_ms"): {
        "0": "1970-01-01T00:00:00.000000Z", "1234.5": "1970-01-01T00:00:01.234500Z",
        "1e3": "1970-01-01T00:00:01.000000Z", "1e-3": "1970-01-01T00:00:00.000001Z", "1e-4": INEXACT,
        "-1": "1969-12-31T23:59:59.999000Z", "-62135596800000": "0001-01-01T00:00:00.000000Z",
        "-62135596800001": RANGE, "253402300800000": RANGE,
        "253402300799999.999": "9999-12-31T23:59:59.999999Z", "253402300799999.9999": INEXACT,
        "-62135596800000.0001": RANGE, '"0"': TYPE, "1e9999": RANGE, "1e-9999": INEXACT, "1e10000": FORMAT,
    },
    said("timestamptz", wire="epoch_ns", beyond_micros="floor"): {
        "1": "1970-01-01T00:00:00.000000Z", "-1": "1969-12-31T23:59:59.999999Z",
        "1e-9999": "1970-01-01T00:00:00.000000Z", "-1e-9999": "1969-12-31T23:59:59.999999Z",
        "1512342790490000001": "2017-12-03T23:13:10.490000Z", "-62135596800000000001": RANGE,
    },
    said("timestamptz", wire="epoch_s_text"): {
        '"1357492264"': "2013-01-06T17:11:04.000000Z", '"1.5e0"': "1970-01-01T00:00:01.500000Z",
        '"1_0"': FORMAT, "1": TYPE, '""': FORMAT,
    },
    said("timestamptz", wire="epoch_us"): {
        "1": "1970-01-01T00:00:00.000001Z", "0.1": INEXACT,
    },
    said("timestamp"): {
        '"2026-11-29T13:00:00"': "2026-11-29T13:00:00.000000",
        '"2026-11-29 13:00:00.5"': "2026-11-29T13:00:00.500000", '"2026-11-29T13:00:00Z"': FORMAT,
        '"2026-11-29T13:00:00+00:00"': FORMAT, '"0000-01-01T00:00:00"': RANGE,
    },
    said("timestamp", wire="epoch_s"): {
        "1": "1970-01-01T00:00:01.000000",
    },
    said("string"): {
        '"\\u00e9"': "é", '"\\ud83d\\ude00"': "😀", "1": TYPE, "null": None, '""': "", '"\\u0000"': "\x00",
    },
    said("binary"): {
        '""': "", '"aGk="': "6869", '"aGl="': FORMAT, '"aGk"': FORMAT, '"aGk=\\n"': FORMAT, '"aGk-"': FORMAT,
        '"+/+/"': "fbffbf", "1": TYPE, '"aGk=="': FORMAT, '"="': FORMAT, '"a==="': FORMAT, '"AA=="': "00",
        '"AB=="': FORMAT, '"aGk=aGk="': FORMAT,
    },
    said("binary", wire="base64url"): {
        '"-_-_"': "fbffbf", '"aGk"': "6869", '"aGk="': "6869", '"AA"': "00", '"AA="': FORMAT, '"+/+/"': FORMAT,
    },
    said("binary", wire="hex"): {
        '"00Ff"': "00ff", '"0"': FORMAT, '"0x00"': FORMAT, '"00 ff"': FORMAT, '""': "",
    },
    said("string", **meaning("uuid")): {
        '"0F8FAD5B-d9cb-469f-a165-70867728950e"': "0f8fad5b-d9cb-469f-a165-70867728950e",
        '"urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e"': FORMAT, '"0f8fad5bd9cb469fa16570867728950e"': FORMAT,
        "1": TYPE,
    },
    said("string", **meaning("json")): {
        "1.10": "1.10", '"x"': '"x"', '{"a" : 1E2,"a":2}': '{"a" : 1E2,"a":2}', "[ ]": "[ ]", "null": None,
        "true": "true",
    },
    said("string", **meaning("json", wire="string")): {
        '" {\\"a\\": 1.10} "': '{"a": 1.10}', '"null"': None, '" null "': None, '"nul"': FORMAT, '""': FORMAT,
        '"NaN"': FORMAT, "1": TYPE, '"\\"\\\\ud800\\""': FORMAT,
        f'"{"[" * 100}{"]" * 100}"': "[" * 100 + "]" * 100, f'"{"[" * 101}"': "!too_deep",
    },
}  # fmt: skip


@pytest.mark.parametrize("nested", [False, True], ids=["top", "nested"])
@pytest.mark.parametrize("row", [*TABLE], ids=lambda row: " ".join(map(str, row)))
def test_each_row_of_the_table(row: tuple[str, tuple[tuple[str, Any], ...]], *, nested: bool) -> None:
    of = of_type(row[0], nested=nested, **dict(row[1]))
    assert {token: value_of(of, token) for token in TABLE[row]} == TABLE[row]


@pytest.mark.parametrize("nested", [False, True], ids=["top", "nested"])
def test_required_is_present_and_not_null(*, nested: bool) -> None:
    of = of_type("string", required=True, nested=nested)
    assert value_of(of, "null") == MISSING
    assert value_of(of, '"x"') == "x"
    empty = '{"outer":[{"k":{}}]}' if nested else "{}"
    assert verdict(of, empty) == [("/outer/0/k/v" if nested else "/v", "missing_field")]


def test_optional_is_null_where_it_is_absent() -> None:
    assert verdict(of_type("long"), "{}") == {"v": None}


def test_null_in_a_string_of_json_is_missing_where_it_is_required() -> None:
    of = of_type("string", required=True, **meaning("json", wire="string"))
    assert value_of(of, '"null"') == MISSING
    of = document(
        field(1, "v", list_of(2, "string", required=True)), entries={"2": {"as": "json", "wire": "string"}}
    )
    assert verdict(of, '{"v":["1","null"," x"]}') == [("/v/1", "missing_field"), ("/v/2", "bad_format")]


def test_lists_keep_their_order_and_tell_each_item() -> None:
    of = document(field(1, "v", list_of(2, "int", required=True)))
    assert verdict(of, '{"v":[3,1,2]}') == {"v": ["3", "1", "2"]}
    assert verdict(of, '{"v":[1,null,"x",1.5]}') == [
        ("/v/1", "missing_field"),
        ("/v/2", "wrong_type"),
        ("/v/3", "bad_format"),
    ]
    assert verdict(of, '{"v":{}}') == [("/v", "wrong_type")]


def test_maps_are_sorted_by_the_bytes_of_their_keys() -> None:
    of = document(field(1, "v", map_of(2, 3, "int")))
    keys = '{"v":{"😀":1,"\uff5e":2,"b":3,"\\u0061":4,"":5}}'
    assert verdict(of, keys) == {"v": [["", "5"], ["a", "4"], ["b", "3"], ["\uff5e", "2"], ["😀", "1"]]}


def test_a_maps_repeated_key_is_dead() -> None:
    of = document(field(1, "v", map_of(2, 3, "int")))
    assert verdict(of, '{"v":{"b":"x","a":1,"\\u0061":"y","c":"z"}}') == [
        ("/v/b", "wrong_type"),
        ("/v/a", "duplicate_field"),
        ("/v/c", "wrong_type"),
    ]


def test_structs_are_objects() -> None:
    of = document(field(1, "v", struct_of(field(2, "a", "int"), field(3, "b", "int", required=True))))
    assert verdict(of, '{"v":{"b":1}}') == {"v": {"a": None, "b": "1"}}
    assert verdict(of, '{"v":[]}') == [("/v", "wrong_type")]
    assert verdict(of, '{"v":null}') == {"v": None}
