"""The audit's own reading of JSON: every text has an answer, and where Python has one too, it is the same."""

from __future__ import annotations

import json
import math
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waybill_ops.audit.fingerprint import AuditedKind
from waybill_ops.audit.json_text import OTHER, JsonNumber, members
from waybill_ops.audit.record_text import PLAIN, texts_of

COLUMNS = {"id": AuditedKind.STRING, "latitude": AuditedKind.DOUBLE, "at": AuditedKind.INSTANT}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def plainly(value: Any) -> object:
    if value is None or isinstance(value, str):
        return value
    return JsonNumber(json.dumps(value)) if type(value) in (int, float) else OTHER


@given(st.text(alphabet='{}[]",:0123456789.-+eE\\u truefalsNI\n') | st.text())
@settings(max_examples=1000)
def test_every_text_has_an_answer(text: str) -> None:
    found = members(text)
    assert found is None or all(isinstance(name, str) for name in found)
    assert all(json.loads(one) for one in texts_of(text, COLUMNS))


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), JSON, max_size=5), st.booleans())
@settings(max_examples=200)
def test_an_object_is_read_as_python_reads_it(fields: dict[str, Any], ascii_only: bool) -> None:
    text = json.dumps(fields, ensure_ascii=ascii_only)
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    found, lone = members(text), "\\ud" in text and _has_half_a_pair(fields)
    assert found == (None if lone else {name: plainly(value) for name, value in fields.items()})
    assert members(text[:-1]) is None
    assert members(text[:-1] + ",}") is None


def _has_half_a_pair(value: object) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in json.dumps(value, ensure_ascii=False))


@pytest.mark.parametrize(
    "text",
    [
        '{"id":"a","id":"b",}',
        '{"a":1,"a":' + "9" * 5000,
        '{"a":' + "[" * 1500 + "]" * 1499 + "}",
        '{"a":01}', '{"a":1.}', '{"a":.5}', '{"a":+1}', '{"a":-}', '{"a":1e}', '{"a":nul}', '{"a":-NaN}',
        '{"a":[1,]}', '{"a":[,]}', '{"a":{"b":1,}}', '{"a":[1 2]}', '{"a" 1}', '{1:2}', '{,"a":1}', '{"a":1}}',
        '{"a":"\\ud800"}', '{"a":"\\x"}', '{"a":"\x01"}', "{'a':1}", '\ufeff{"a":1}', '{"a":1}\x00', "", "1", "[]",
    ],
    ids=lambda text: repr(text[:25]),
)  # fmt: skip
def test_what_is_no_json_object_is_none(text: str) -> None:
    assert members(text) is None
    assert texts_of(text, COLUMNS) == ()


def test_nesting_and_length_cost_no_recursion_and_no_limit() -> None:
    deep, digits = "[" * 100_000 + "]" * 100_000, "9" * 5000
    assert members(f'{{"a":{deep},"b":{digits},"a":"c"}}') == {"a": "c", "b": JsonNumber(digits)}


@pytest.mark.parametrize(
    ("number", "value"),
    [("-0", "0.0"), ("-0.0", "-0.0"), ("1e-400", "0.0"), ("0." + "1" * 5000, "0.1111111111111111")],
)  # fmt: skip
def test_a_number_is_the_nearest_double(number: str, value: str) -> None:
    first, *others = texts_of(f'{{"latitude":{number}}}', COLUMNS)
    found = json.loads(first)["latitude"]
    assert repr(found) == value
    assert {json.loads(one)["latitude"] for one in others} <= {
        math.nextafter(found, math.inf), math.nextafter(found, -math.inf),
    }  # fmt: skip


@pytest.mark.parametrize("text", ['"x"', "[]", "true", "NaN", "1e400", "9" * 400])
def test_what_no_double_has_is_no_event(text: str) -> None:
    assert texts_of(f'{{"latitude":{text}}}', COLUMNS) == ()


@given(
    st.lists(
        st.text(alphabet='{}[]",:0123456789.-+eE\\u truefalsNI\n/*') | JSON.map(json.dumps),
        min_size=20,
        max_size=20,
    )
)
@settings(max_examples=50)
def test_what_is_plain_for_duckdb_is_json_for_everybody(texts: list[str]) -> None:
    with duckdb.connect(config={"threads": 1}) as database:
        found = database.execute(
            "SELECT text, json_valid(text) FROM (SELECT unnest($texts) AS text) WHERE regexp_full_match(text, $plain)",
            {"texts": texts, "plain": PLAIN},
        ).fetchall()
    for text, valid in found:
        assert valid
        assert members(text) is not None
        assert isinstance(json.loads(text), dict)
