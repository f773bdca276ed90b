"""Types without parts of a JSON Schema, and which of their keywords language 1 can say."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from waybill_contracts.document import PatternRefused, parse_pattern
from waybill_contracts.drafting.class_hyphens import with_hyphens_escaped
from waybill_contracts.drafting.drafted import UUID, DraftedScalar, DraftedValue

LeaveOut = Callable[[str, str], None]
"""Told a keyword and why it is left out."""

MOST_WHOLE = 2**53 - 1
MOST_BOUND = 400
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
OF_NUMBERS = ("type", *BOUNDS, "multipleOf", "enum", "const", "format")
OF_TEXTS = ("type", "minLength", "maxLength", "pattern", "enum", "const", "format", "contentEncoding")
NO_KEYWORD = "the language has no such keyword"

_INTEGER_FORMATS = {"int32", "int64"}
_NUMBER_FORMATS = {"double", "float"}
_step = re.compile(r"0\.(0*)1").fullmatch


def boolean_of(schema: dict[str, Any], leave_out: LeaveOut) -> DraftedValue:
    _leave_others(schema, ("type",), leave_out)
    return DraftedScalar("boolean")


def integer_of(schema: dict[str, Any], leave_out: LeaveOut) -> DraftedValue:
    rules = bounds_of(schema, leave_out)
    if schema.get("multipleOf", 1) != 1:
        leave_out("multipleOf", NO_KEYWORD)
    if schema.get("format") not in (None, *_INTEGER_FORMATS):
        leave_out("format", "it is no format of an integer")
    rules |= _listed(schema, _is_whole, leave_out)
    _leave_others(schema, OF_NUMBERS, leave_out)
    return _with("long", rules)


def number_of(schema: dict[str, Any], leave_out: LeaveOut) -> DraftedValue:
    rules = bounds_of(schema, leave_out)
    for name in ("enum", "const"):
        if name in schema:
            leave_out(name, "the language lists whole numbers and texts alone")
    if schema.get("format") not in (None, *_NUMBER_FORMATS):
        leave_out("format", "it is no format of a number")
    _leave_others(schema, OF_NUMBERS, leave_out)
    if "multipleOf" not in schema:
        return _with("double", rules)
    step = _step(_plain(schema["multipleOf"]) or "")
    if step is None:
        leave_out("multipleOf", NO_KEYWORD)
        return _with("double", rules)
    return _with(f"decimal(38, {len(step[1]) + 1})", rules)


def text_of(schema: dict[str, Any], leave_out: LeaveOut) -> DraftedValue:
    _leave_others(schema, OF_TEXTS, leave_out)
    kind = _kind_of_text(schema, leave_out)
    if kind is not None:
        for name in ("minLength", "maxLength", "pattern", "enum", "const"):
            if name in schema:
                leave_out(name, f"{kind.family} has its own grammar, and no such keyword")
        return kind
    rules: dict[str, Any] = {}
    for name in ("minLength", "maxLength"):
        if name in schema:
            _count(schema, name, rules, leave_out)
    if "pattern" in schema:
        try:
            pattern = with_hyphens_escaped(str(schema["pattern"]))
            parse_pattern(pattern)
            rules["pattern"] = pattern
        except PatternRefused as refused:
            leave_out("pattern", f"in it stands {refused}")
    rules |= _listed(schema, lambda one: isinstance(one, str), leave_out)
    return _with("string", rules)


def listed_alone(schema: dict[str, Any], leave_out: LeaveOut) -> DraftedValue | None:
    """Of a schema without ``type``: what its ``enum`` or ``const`` lists is of one type."""
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if not isinstance(values, list) or not values:
        return None
    if all(isinstance(one, str) for one in values):
        return text_of(schema, leave_out)
    if all(isinstance(one, bool) for one in values):
        return boolean_of({}, leave_out)
    return integer_of(schema, leave_out) if all(map(_is_whole, values)) else None


def count_rules(schema: dict[str, Any], names: tuple[str, str], leave_out: LeaveOut) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    for name in names:
        if name in schema:
            _count(schema, name, rules, leave_out)
    return {"rules": rules} if rules else {}


def _kind_of_text(schema: dict[str, Any], leave_out: LeaveOut) -> DraftedScalar | None:
    encoding, form = schema.get("contentEncoding"), schema.get("format")
    if encoding in ("base64", "base64url", "base16"):
        wire = {"base64url": {"wire": "base64url"}, "base16": {"wire": "hex"}}.get(str(encoding), {})
        return DraftedScalar("binary", wire)
    if encoding is not None:
        leave_out("contentEncoding", "allowed are base64, base64url and base16")
    match form:
        case "date-time":
            return DraftedScalar("timestamptz")
        case "date":
            return DraftedScalar("date")
        case "uuid":
            return UUID
        case "byte":
            return DraftedScalar("binary")
        case None:
            return None
    why = "a time of the language has no offset" if form == "time" else "the language has no such format"
    leave_out("format", f"{why}; it stays a text")
    return None


def _with(kind: str, rules: dict[str, Any]) -> DraftedScalar:
    return DraftedScalar(kind, {"rules": rules} if rules else {})


def bounds_of(schema: dict[str, Any], leave_out: LeaveOut) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    for name in BOUNDS:
        if name not in schema:
            continue
        bound = schema[name]
        if isinstance(bound, bool):  # draft 4: the other bound is exclusive
            inclusive = name.replace("exclusiveM", "m")
            if bound and (text := _plain(schema.get(inclusive))) is not None:
                rules.pop(inclusive, None)
                rules[name] = text
        elif (text := _plain(bound)) is not None:
            rules[name] = text
        else:
            leave_out(name, "it is no number of at most 400 digits")
    return rules


def _plain(number: Any) -> str | None:
    """Canonical text of a number, without exponent."""
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        return None
    value = Decimal(number)
    if not value.is_finite() or abs(value.adjusted()) > MOST_BOUND:
        return None
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = "0" if text == "-0" else text
    return text if len(text) <= MOST_BOUND else None


def _listed(schema: dict[str, Any], fits: Callable[[Any], bool], leave_out: LeaveOut) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    if "const" in schema:
        if fits(schema["const"]):
            rules["const"] = _written(schema["const"])
        else:
            leave_out("const", "it is of another type")
    if "enum" in schema:
        values = schema["enum"] if isinstance(schema["enum"], list) else []
        if values and all(map(fits, values)):
            rules["enum"] = [*dict.fromkeys(map(_written, values))]
        else:
            leave_out("enum", "its values are not all of this type")
    return rules


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _written(value: int | str) -> int | str:
    return str(value) if isinstance(value, int) and abs(value) > MOST_WHOLE else value


def _count(schema: dict[str, Any], name: str, rules: dict[str, Any], leave_out: LeaveOut) -> None:
    if _is_whole(schema[name]) and 0 <= schema[name] <= MOST_WHOLE:
        rules[name] = schema[name]
    else:
        leave_out(name, "it is no whole number from 0 on")


def _leave_others(schema: dict[str, Any], known: tuple[str, ...], leave_out: LeaveOut) -> None:
    for name in schema:
        if name not in known:
            leave_out(name, NO_KEYWORD)
