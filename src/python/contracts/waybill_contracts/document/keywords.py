"""``rules``: a pinned subset of JSON Schema's keywords."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from waybill_contracts.document.canonical_form import MOST_WHOLE
from waybill_contracts.document.described import Rule, ValueType
from waybill_contracts.document.pattern import PatternRefused, parse_pattern
from waybill_contracts.document.reading_members import MemberPlace, a_list, a_text, a_whole_number
from waybill_contracts.document.refusal import refuse, refuse_word, shown

BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")

KEYWORDS: dict[str, tuple[str, ...]] = {
    "string": ("minLength", "maxLength", "pattern", "enum", "const"),
    "binary": ("minLength", "maxLength"),
    "int": ("enum", "const", *BOUNDS),
    "long": ("enum", "const", *BOUNDS),
    **dict.fromkeys(("float", "double", "decimal", "date", "time", "timestamp", "timestamptz"), BOUNDS),
    "list": ("minItems", "maxItems"),
    "map": ("minProperties", "maxProperties"),
}
"""By family; a family that is not here has no rules."""

MOST_BOUND = 400

_PATTERNS = (
    r"literals, ., [classes], \d \D \w \W, ^ and $, groups, branches, repeats; "
    "docs/contracts.md has the whole list under Rules"
)

_number = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?").fullmatch
_whole = re.compile(r"-?[1-9][0-9]*").fullmatch
_MOMENTS = {
    "date": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch, "%Y-%m-%d", "2026-11-29"),
    "time": (re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}").fullmatch, "%H:%M:%S.%f", "13:00:00.000000"),
    "timestamp": (
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}").fullmatch,
        "%Y-%m-%dT%H:%M:%S.%f",
        "2026-11-29T13:00:00.000000",
    ),
    "timestamptz": (
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z").fullmatch,
        "%Y-%m-%dT%H:%M:%S.%fZ",
        "2026-11-29T13:00:00.000000Z",
    ),
}


def read_rules(place: MemberPlace, value: Any, of: ValueType) -> dict[str, Rule]:
    known = KEYWORDS.get(of.family, ())
    if not isinstance(value, dict) or not value:
        raise refuse(
            place, f"{shown(value)} has no rules", "an object with a rule or more, left out where it has none"
        )
    found: dict[str, Rule] = {}
    for name, rule in value.items():
        if name not in known:
            raise refuse_word((*place, name), f"on {of.family} the keyword", name, known)
        found[name] = _rule((*place, name), name, rule, of.family)
    return found


def _rule(place: MemberPlace, name: str, value: Any, family: str) -> Rule:
    if name in COUNTS:
        return a_whole_number(place, value, 0)
    if name == "pattern":
        text = a_text(place, value)
        try:
            parse_pattern(text)
        except PatternRefused as refused:
            raise refuse(place, f"in the pattern stands {refused}", _PATTERNS) from None
        return text
    if name == "enum":
        listed = tuple(_listed((*place, str(at)), one, family) for at, one in enumerate(a_list(place, value)))
        if len(set(listed)) < len(listed):
            raise refuse(place, "a value stands there twice", "different values")
        return listed
    if name == "const":
        return _listed(place, value, family)
    return _bound(place, value, family)


def _listed(place: MemberPlace, value: Any, family: str) -> int | str:
    if family == "string":
        return a_text(place, value)
    if isinstance(value, str):
        is_short = len(value.lstrip("-")) <= len(str(MOST_WHOLE))
        if not _whole(value) or (is_short and abs(int(value)) <= MOST_WHOLE):
            raise refuse(
                place, f"{shown(value)} is no whole number beyond 2^53", "a number, or as text what is beyond"
            )
        return value
    return a_whole_number(place, value, -MOST_WHOLE)


def _bound(place: MemberPlace, value: Any, family: str) -> str:
    text = a_text(place, value)
    if family in _MOMENTS:
        matches, form, example = _MOMENTS[family]
        if not matches(text) or not _is_moment(text, form):
            raise refuse(place, f"{shown(text)} is no {family} in canonical text", f"text such as {example}")
    elif not _number(text) or text == "-0" or len(text) > MOST_BOUND:
        raise refuse(
            place, f"{shown(text)} is no number in canonical text", "text such as -12.5, at most 400 bytes"
        )
    return text


def _is_moment(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007  # only whether there is such a moment
    except ValueError:
        return False
    return True
