"""contract1 6: rules and the pattern language."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.contracts.documents import document, field, list_of, map_of, meaning, of_type, value_of

from waybill_contracts.document import DocumentRefused, parse_pattern
from waybill_contracts.document.pattern import PatternRefused
from waybill_contracts.types.matcher import MOST_KEPT, Matcher, make_search

BAD = "!bad_value"


@pytest.mark.parametrize(
    ("kind", "rules", "good", "bad"),
    [
        ("string", {"minLength": 1, "maxLength": 2}, ['"é"', '"😀😀"'], ['""', '"e\u0301x"']),
        ("string", {"enum": ["a", "é"]}, ['"a"', '"\\u00e9"'], ['"b"', '""']),
        ("string", {"const": ""}, ['""'], ['" "']),
        ("binary", {"minLength": 1, "maxLength": 2}, ['"AA=="', '"AAA="'], ['""', '"AAAA"']),
        ("int", {"enum": [1, -2]}, ["1", "-2"], ["2"]),
        ("long", {"const": "9007199254740992"}, ["9007199254740992"], ["9007199254740993"]),
        ("long", {"enum": ["99999999999999999999", 5]}, ["5"], ["6"]),
        ("long", {"enum": ["9" * 5000, 5]}, ["5"], ["6"]),
        ("int", {"minimum": "1.5", "maximum": "3.5"}, ["2", "3"], ["1", "4"]),
        ("int", {"exclusiveMinimum": "1.5", "exclusiveMaximum": "3.5"}, ["2", "3"], ["1", "4"]),
        ("int", {"exclusiveMinimum": "1", "exclusiveMaximum": "3"}, ["2"], ["1", "3"]),
        ("int", {"minimum": "-1.5", "maximum": "-0.5"}, ["-1"], ["-2", "0"]),
        ("decimal(4, 1)", {"minimum": "1.05", "maximum": "2.05"}, ["1.1", "2.0"], ["1.0", "2.1"]),
        ("decimal(4, 1)", {"exclusiveMinimum": "1.1", "exclusiveMaximum": "2"}, ["1.2", "1.9"], ["1.1", "2"]),
        (
            "double",
            {"minimum": "0.1", "maximum": "0.3"},
            ["0.1", "0.3", "0.29999999999999999"],
            ["0.30000000000000004"],
        ),
        ("double", {"maximum": "1" + "0" * 399}, ["1e308"], []),
        ("double", {"exclusiveMaximum": "0.1"}, ["0.09999999999999999"], ["0.1", "0.1000000000000000001"]),
        ("double", {"minimum": "0"}, ["0", "-0.0"], ["-5e-324"]),
        ("float", {"maximum": "0.1"}, ["0.1", "0.10000000001"], ["0.11"]),
        ("float", {"exclusiveMinimum": "0.1"}, ["0.11"], ["0.1", "0.10000000001"]),
        (
            "date",
            {"minimum": "2026-01-01", "exclusiveMaximum": "2027-01-01"},
            ['"2026-12-31"'],
            ['"2025-12-31"', '"2027-01-01"'],
        ),
        (
            "timestamptz",
            {"minimum": "2026-01-01T00:00:00.000000Z"},
            ['"2026-01-01T01:00:00+01:00"'],
            ['"2025-12-31T23:59:59.999999Z"'],
        ),
        (
            "timestamp",
            {"maximum": "2026-01-01T00:00:00.000000"},
            ['"2026-01-01T00:00:00"'],
            ['"2026-01-01T00:00:00.000001"'],
        ),
    ],
)
def test_each_keyword_on_its_type(kind: str, rules: dict[str, Any], good: list[str], bad: list[str]) -> None:
    for nested in (False, True):
        of = of_type(kind, rules=rules, nested=nested)
        assert [one for one in good if value_of(of, one) in (BAD, "!out_of_range")] == []
        assert [one for one in bad if value_of(of, one) != BAD] == []
        assert value_of(of, "null") is None


def test_times_of_a_day_have_bounds() -> None:
    of = of_type("string", **meaning("time", rules={"exclusiveMinimum": "12:00:00.000000"}))
    assert value_of(of, '"12:00:00"') == BAD
    assert value_of(of, '"12:00:00.000001"') == "12:00:00.000001"


def test_lists_and_maps_are_counted() -> None:
    of = document(field(1, "v", list_of(2, "int")), entries={"1": {"rules": {"minItems": 1, "maxItems": 2}}})
    assert value_of(of, "[]") == BAD
    assert value_of(of, "[null,null]") == [None, None]
    assert value_of(of, "[1,2,3]") == BAD
    of = document(field(1, "v", map_of(2, 3, "int")), entries={"1": {"rules": {"maxProperties": 1}}})
    assert value_of(of, '{"a":1}') == [["a", "1"]]
    assert value_of(of, '{"a":1,"b":2}') == BAD


REFUSED: list[tuple[Any, dict[str, Any]]] = [
    *(
        ("string", {name: rule})
        for name, rule in (
            ("minLength", -1),
            ("minLength", "1"),
            ("minLength", True),
            ("enum", []),
            ("enum", ["a", "a"]),
            ("enum", [1]),
            ("const", 1),
            ("minimum", "1"),
            ("format", "uuid"),
            ("minItems", 1),
            ("not", {}),
            ("default", ""),
            ("$ref", "#"),
            ("pattern", 1),
        )
    ),
    *(
        ("int", {name: rule})
        for name, rule in (
            ("minimum", 1),
            ("minimum", "01"),
            ("minimum", "1.0"),
            ("minimum", "-0"),
            ("minimum", "1e3"),
            ("minimum", "+1"),
            ("minimum", ""),
            ("minimum", ".5"),
            ("minimum", "9" * 401),
            ("enum", ["1"]),
            ("enum", ["-9007199254740991"]),
            ("enum", ["09007199254740992"]),
            ("enum", [True]),
            ("enum", [2**53]),
            ("multipleOf", 2),
            ("maxLength", 1),
            ("pattern", "1"),
            ("enum", [1, 1]),
        )
    ),
    *(("date", {"minimum": rule}) for rule in ("2026-1-1", "2026-02-30", "0000-01-01", "20260101", "1")),
    ("timestamptz", {"minimum": "2026-01-01T00:00:00Z"}),
    ("timestamptz", {"minimum": "2026-01-01T00:00:00.000000"}),
    ("timestamptz", {"minimum": "2026-01-01T00:00:60.000000Z"}),
    ("timestamp", {"minimum": "2026-01-01T00:00:00.000000Z"}),
    ("boolean", {"const": True}),
    ("double", {"enum": ["1"]}),
    ("decimal(4, 1)", {"const": "1"}),
    ("binary", {"pattern": "a"}),
    ({"type": "struct", "fields": [field(2, "x", "int")]}, {"minProperties": 1}),
    (list_of(2, "int"), {"uniqueItems": True}),
    (list_of(2, "int"), {"minProperties": 1}),
    (map_of(2, 3, "int"), {"minItems": 1}),
]


@pytest.mark.parametrize(("kind", "rules"), REFUSED, ids=lambda one: str(one)[:40])
def test_what_is_no_rule_of_its_type_is_refused(kind: Any, rules: dict[str, Any]) -> None:
    with pytest.raises(DocumentRefused) as refused:
        of_type(kind, rules=rules)
    assert refused.value.place.startswith("/fields/1/rules/")


@pytest.mark.parametrize("name", ["uuid", "json"])
def test_uuid_and_json_have_no_rules(name: str) -> None:
    with pytest.raises(DocumentRefused):
        of_type("string", **meaning(name, rules={"maxLength": 1}))


def found(pattern: str, text: str) -> bool:
    return make_search(parse_pattern(pattern))(text)


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("b", ["b", "abc"], ["", "a"]),
        ("^b", ["b", "bc"], ["ab", "a\nb"]),
        ("b$", ["b", "ab"], ["b\n", "bc"]),
        ("^$", [""], ["\n", "x"]),
        ("", ["", "x"], []),
        ("^a|b$", ["ax", "xb"], ["xa", "bx"]),
        ("^(a|)$", ["", "a"], ["b"]),
        ("^(?:ab)*$", ["", "abab"], ["aba"]),
        ("^a{2,3}$", ["aa", "aaa"], ["a", "aaaa"]),
        ("^a{2}$", ["aa"], ["a", "aaa"]),
        ("^a{2,}$", ["aa", "aaaaa"], ["a"]),
        ("^a{0}$", [""], ["a"]),
        ("^a?b+$", ["b", "abb"], ["a", "aab"]),
        (".", ["a", "é", "😀", "\x00", "\x85", "\u2027"], ["", "\n", "\r", "\u2028", "\u2029"]),
        (r"^\d$", ["7"], ["\u0667", "x"]),
        (r"^\D$", ["\u0667", "x", "\n"], ["7"]),
        (r"^\w$", ["_", "Z", "0"], ["é", "-"]),
        (r"^\W$", ["é", "-", "\n"], ["_"]),
        (r"^[\d\-\]]+$", ["1-]"], ["a"]),
        (r"^[^\w ]$", ["é", "\n"], ["a", " "]),
        (r"^[a-c\n-\r{}().*+?$/#]$", ["b", "\n", "\x0b", "{", "#"], ["d", "\t"]),
        (r"^\^\$\\\.\*\+\?\(\)\[\]\{\}\|\/\-\n\r\t$", ["^$\\.*+?()[]{}|/-\n\r\t"], [""]),
        ("a/b-c", ["a/b-c"], ["a/bc"]),
        (r"[\&\~\^\|\[]", ["&", "~", "^", "|", "["], ["a"]),
        ("é+", ["éé"], ["e\u0301"]),
        ("(^a)+b", ["ab"], ["aab"]),
        ("(a$)|c", ["xa", "cx"], ["ax"]),
        ("a^b", [], ["ab", "a\nb"]),
        ("(a*)*b", ["b", "aab"], ["aa"]),
        ("(^|,)x(,|$)", ["x", "a,x", "x,b", "a,x,b"], ["ax"]),
        ("($)", ["", "x"], []),
        ("(^){3}x", ["x"], ["yx"]),
        ("(|a){3}b", ["b", "aab"], ["aa"]),
        ("[A-Za-z]{2}[0-9]{6,8}", ["xAB123456"], ["A123456"]),
        (r"[^\d\D]", [], ["", "a"]),
    ],
)
def test_patterns_mean_one_thing(pattern: str, good: list[str], bad: list[str]) -> None:
    assert [one for one in good if not found(pattern, one)] == []
    assert [one for one in bad if found(pattern, one)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        "]",
        "{",
        "}",
        "a{",
        "a{,3}",
        "a{01}",
        "a{2,1}",
        "a{1",
        "*a",
        "+",
        "?",
        "(*a)",
        "|*",
        "a**",
        "a+?",
        "a*+",
        "a{1}{2}",
        "^*",
        "$+",
        "^{2}",
        "(a",
        "a)",
        "(?i)a",
        "(?=a)",
        "(?P<x>a)",
        "(?<x>a)",
        r"\s",
        r"\S",
        r"\b",
        r"\B",
        r"\p{L}",
        r"\x41",
        r"\u0041",
        r"\1",
        r"\0",
        r"\a",
        "\\",
        r"\&",
        r"\ ",
        r"\é",
        r"\"",
        "[]",
        "[^]",
        "[a",
        "[a-]",
        "[-a]",
        "[]a]",
        "[a^]",
        "[a&&b]",
        "[a~b]",
        "[a|b]",
        "[[a]",
        "[b-a]",
        r"[\d-z]",
        r"[a-\d]",
        "[a-b-c]",
        r"[\s]",
        "[a-",
        "[^",
        "é" * 257,
        "(" * 51 + ")" * 51,
        "a{1001}",
        "(a{100}){11}",
        "((a{10}){10}){11}",
        "a{1000}b{1000}c",
        "(a{1000,}){2}",
        "(ab|cd){501}",
        "(?:",
    ],
)
def test_what_engines_read_differently_is_refused(pattern: str) -> None:
    with pytest.raises(PatternRefused):
        parse_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "a" * 512,
        "é" * 256,
        "(" * 50 + ")" * 50,
        "a{1000}",
        "(a{100}){10}",
        "a{1000}b{1000}",
        "(ab|cd){500}",
        "((a*)*)*",
        "a{0,1000}",
        "()*",
        "(^)*",
    ],
)
def test_the_largest_patterns_are_taken(pattern: str) -> None:
    assert found(pattern, "a" * 2000) in (True, False)


def test_a_search_takes_time_in_proportion_to_the_text() -> None:
    search = make_search(parse_pattern("^(a+)+$"))
    began = time.process_time()
    assert not search("a" * 200_000 + "b")
    assert time.process_time() - began < 2


def test_what_is_remembered_of_a_search_is_bounded() -> None:
    search = make_search(parse_pattern("^.*x$"))
    for at in range(30):
        assert not search("".join(map(chr, range(0x4E00 + at * 800, 0x4E00 + at * 800 + 800))))
    assert search("ax")


def test_a_pattern_with_more_states_than_memory_is_searched_all_the_same() -> None:
    dice = random.Random(1)
    matcher = Matcher(parse_pattern("^[ab]*a[ab]{300}$"))
    text = "".join(dice.choices("ab", k=1500))
    assert matcher.search(text) == (text[-301] == "a")
    assert matcher.search(text[:-1]) == (text[-302] == "a")
    assert sum(len(nodes) for nodes in matcher._states) <= MOST_KEPT


_ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\W", "(a|b)", "(|a)", "(?:ab)", "()"])
_REPEATS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}"])
_SIMPLE = st.lists(st.tuples(_ATOMS, _REPEATS).map("".join), max_size=4).map("".join)
_PATTERNS = st.tuples(st.sampled_from(["", "^"]), _SIMPLE, st.sampled_from(["", "$", "|"]), _SIMPLE).map(
    "".join
)


@given(pattern=_PATTERNS, text=st.text("ab0\n", max_size=8))
def test_the_engine_agrees_with_pythons_on_what_both_mean(pattern: str, text: str) -> None:
    import re

    python = pattern.replace(".", "[^\n\r\u2028\u2029]").replace("$", r"\Z")
    assert found(pattern, text) == bool(re.search(python, text, re.ASCII))


MANY = "".join(chr(0x900 + 301 * at) for at in range(150))


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (f"(?:[{MANY}]{{1000}})", MANY[0] * 1000, MANY[0] * 999),
        (f"^[^{MANY}]{{2,1000}}(a|b)?$", "x" * 1000 + "b", f"x{MANY[0]}"),
    ],
    ids=["class", "negated"],
)
def test_a_pattern_too_large_for_rust_regex_is_searched_by_the_auditor_too(
    pattern: str, good: str, bad: str
) -> None:
    """contract1 6 allows 2,000 literals and classes, whatever their size in rust-regex."""
    of = of_type("string", rules={"pattern": pattern})
    assert value_of(of, f'"{good}"') == good
    assert value_of(of, f'"{bad}"') == BAD
