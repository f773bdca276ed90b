"""JSON Schema takes every record that the judge takes, and refuses what it has words for."""

from __future__ import annotations

import json
import random
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import pytest
from corpus.frozen import verdicts
from corpus.names_document import document_of
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from unit.contracts.documents import ORDERS, document, field, list_of, map_of, meaning, of_type, struct_of
from unit.contracts.generated import Maker
from unit.contracts.value_table import TABLE

from waybill_contracts.document import ContractDocument, parse_document, parse_pattern
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.exports import exported
from waybill_contracts.exports.ecma import ecma_pattern
from waybill_contracts.judging import JudgedRow, KafkaInput, RecordJudge
from waybill_contracts.types.matcher import make_search
from waybill_streams.names import NAMES

RECORDS = 15


def validator(of: ContractDocument) -> Any:
    schema = exact(exported(of, "json-schema", "lake"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def exact(text: str | bytes) -> Any:
    """With each number as it stands there."""
    return json.loads(text, parse_float=exact_number)


def exact_number(text: str) -> Decimal | float:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond decimals
        return float(text)


def is_row(of: ContractDocument, value: bytes) -> bool:
    return isinstance(RecordJudge(of).judge(KafkaInput(value)), JudgedRow)


@given(seed=st.integers(0, 2**32))
def test_every_row_is_valid(seed: int) -> None:
    maker = Maker(seed)
    tree = maker.document()
    of = parse_document(canonical_bytes(tree))
    checks, judge = validator(of), RecordJudge(of)
    for _ in range(RECORDS):
        value = maker.record(tree)
        if value is not None and isinstance(judge.judge(KafkaInput(value, **maker.around())), JudgedRow):
            text = value[5:] if "frame" in tree["value"] else value
            assert [*checks.iter_errors(exact(text))] == []


@pytest.mark.parametrize("nested", [False, True], ids=["top", "nested"])
@pytest.mark.parametrize("row", [*TABLE], ids=lambda row: " ".join(map(str, row)))
def test_tokens_of_the_value_table_that_are_rows_are_valid_and_wrong_ones_are_not(
    row: tuple[str, tuple[tuple[str, Any], ...]], *, nested: bool
) -> None:
    of = of_type(row[0], nested=nested, **dict(row[1]))
    checks = validator(of)
    spelled = '{"outer":[{"k":{"v":%s}}]}' if nested else '{"v":%s}'
    for token, said in TABLE[row].items():
        is_dead = isinstance(said, str) and said.startswith("!")
        if is_dead and said != "!wrong_type":
            continue
        assert checks.is_valid(exact(spelled % token)) is not is_dead, token


@pytest.mark.parametrize(
    "record",
    [
        "[]", "{}", '{"order_id":"a","created_at":null}', '{"order_id":1,"created_at":1}',
        '{"order_id":"a","created_at":"1"}',
        '{"order_id":"a","created_at":1,"total":[]}', '{"order_id":"a","created_at":1,"total":{"amount":1}}',
        '{"order_id":"a","created_at":1,"total":{"amount":"1.x"}}', '{"order_id":"a","created_at":253402300800000}',
        '{"order_id":"%s","created_at":1}' % ("a" * 37),
    ],
)  # fmt: skip
def test_what_it_has_words_for_is_refused(record: str) -> None:
    of = parse_document(canonical_bytes(ORDERS))
    assert not is_row(of, record.encode())
    assert not validator(of).is_valid(exact(record))


STRICT = document(
    field(1, "a", "int", required=True),
    field(2, "b", struct_of(field(3, "c", "string", required=True)), required=True),
    field(4, "l", list_of(5, struct_of(field(6, "x", "int")), required=True)),
    field(7, "m", map_of(8, 9, "long")),
    field(10, "j", "string", required=True),
    entries={
        "1": {"rules": {"enum": [1, 2]}}, "2": {"from": "/way/in"}, "3": {"rules": {"const": "é"}},
        "4": {"rules": {"maxItems": 1}},
        "7": {"rules": {"minProperties": 1}}, "10": meaning("json"),
    },
    ignore=["/way/x", "/l/0/y", "/source"],
)  # fmt: skip
GOOD = {"a": 1, "way": {"in": {"c": "é"}}, "j": [1]}


@pytest.mark.parametrize(
    ("more", "is_good"),
    [
        ({}, True),
        ({"way": {"in": {"c": "é"}, "x": 1}}, True),
        ({"source": {"anything": 1}}, True),
        ({"l": [{"x": 1, "y": 1}]}, True),
        ({"l": None, "m": None}, True),
        ({"m": {"k": None, "other": 3}}, True),
        ({"a": 3}, False),
        ({"a": None}, False),
        ({"j": None}, False),
        ({"way": None}, False),
        ({"way": {"in": {"c": "é"}, "z": 1}}, False),
        ({"way": {"in": {"c": "é", "z": 1}}}, False),
        ({"way": {"in": {"c": "x"}}}, False),
        ({"z": 1}, False),
        ({"l": [{"x": 1, "z": 1}]}, False),
        ({"l": [None]}, False),
        ({"l": [{}, {}]}, False),
        ({"m": {}}, False),
        ({"m": {"k": "1"}}, False),
    ],
    ids=lambda one: json.dumps(one),
)
def test_judge_and_schema_agree_on_structure(more: dict[str, Any], *, is_good: bool) -> None:
    record = json.dumps(GOOD | more).encode()
    assert is_row(STRICT, record) is is_good
    assert validator(STRICT).is_valid(exact(record)) is is_good


PATTERNS = (
    "", "a", "^a$", "a|", "(?:)", "^$", "&|[\\&\\~]", "[^a]", "[\\d\\D]", "[\\W]", ".", "\\.", "\\/", "[\\]\\[\\^\\-]",
    "(a|b)*c", "(^|a)b", "(?:^)*a", "a{2}", "a{1,3}b", "(ab){2,}", "[é-ÿ]", "😀+", "[😀-😂]?x", "\\n|\\r\\t", "[^\\n]",
    "[{}().*+?$/#]", "a(b|)(c|d|)$", "[^￿-\U0010ffff]", "\u2028", "(?:a?){3}", "\\^\\$\\|", "\\w+\\W",
)  # fmt: skip
CHARACTERS = "abcd&~^$-[]{}()./#|\\ \n\r\t\u2028é￿😀😁\u00adÿ1_"


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_in_ecmas_spelling_finds_what_it_found(pattern: str) -> None:
    spelled = ecma_pattern(pattern)
    search = make_search(parse_pattern(pattern))
    here = re.compile(in_python(spelled))
    dice = random.Random(pattern)
    for _ in range(300):
        text = "".join(dice.choices(CHARACTERS, k=dice.randrange(6)))
        assert bool(here.search(text)) == search(text), (spelled, text)


def in_python(spelled: str) -> str:
    """Python's ``$`` also stands before a last line's end."""
    return re.sub(r"\\.|\[(?:\\.|[^\]])*\]|\$", lambda one: r"\Z" if one[0] == "$" else one[0], spelled)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_spelling_keeps_to_what_ecma_allows_with_u(pattern: str) -> None:
    """Outside classes a ``\\`` stands before syntax alone, inside also before ``-``."""
    for outside in re.findall(r"\\(.)", re.sub(r"\[(?:\\.|[^\]])*\]", "", ecma_pattern(pattern))):
        assert outside in "^$\\.*+?()[]{}|/u"
    for inside in re.findall(r"\[((?:\\.|[^\]])*)\]", ecma_pattern(pattern)):
        assert {*re.findall(r"\\(.)", inside)} <= {*"^\\[]-/usS"}


def test_every_row_of_names_is_valid() -> None:
    """Its frozen records are those of 0.1.0: some in a frame, of names that stand twice the last counts, and a number
    is a double before it is compared.
    """
    checks = validator(parse_document(document_of(NAMES)))
    rows = [value for value, said in verdicts("legacy/names.jsonl.xz") if said["verdict"] == "row" and value]
    assert len(rows) > 100
    for value in dict.fromkeys(rows):
        assert checks.is_valid(
            json.loads(value.removeprefix(value[:5]) if value[:1] == b"\x00" else value)
        ), value
