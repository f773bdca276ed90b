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
from unit.contracts.value_table import MISSING, TABLE


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


def test_a_map_counts_its_different_keys() -> None:
    of = document(field(1, "v", map_of(2, 3, "int")), entries={"1": {"rules": {"maxProperties": 1}}})
    assert verdict(of, '{"v":{"a":1,"a":2}}') == [("/v/a", "duplicate_field")]
    assert verdict(of, '{"v":{"a":1,"a":2,"b":3}}') == [("/v", "bad_value"), ("/v/a", "duplicate_field")]


def test_structs_are_objects() -> None:
    of = document(field(1, "v", struct_of(field(2, "a", "int"), field(3, "b", "int", required=True))))
    assert verdict(of, '{"v":{"b":1}}') == {"v": {"a": None, "b": "1"}}
    assert verdict(of, '{"v":[]}') == [("/v", "wrong_type")]
    assert verdict(of, '{"v":null}') == {"v": None}
