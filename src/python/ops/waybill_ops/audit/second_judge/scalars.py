"""Values without parts: from a node to canonical text, by the document's words alone."""

from __future__ import annotations

import base64
import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from waybill_ops.audit.second_judge.days import EPOCH, BadDay, clock, day, epoch, instant, to_micros
from waybill_ops.audit.second_judge.json_nodes import JsonNode, Malformed, is_too_deep, read_nodes
from waybill_ops.audit.second_judge.numbers import exact_decimal, is_json_number, nearest, whole
from waybill_ops.audit.second_judge.rust_search import is_found

_UUID = re.compile("-".join(f"[0-9A-Fa-f]{{{count}}}" for count in (8, 4, 4, 4, 12)))
_DECIMAL_TYPE = re.compile(r"decimal\((\d+), (\d+)\)")
_OLD_INSTANT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z")


_ORDER = (
    *("minLength", "maxLength", "pattern", "enum", "const"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
)
"""Of contract1's table: the first broken rule is told."""


class Bad(ValueError):
    """The code says why; ``keyword`` is the rule that ``bad_value`` broke."""

    def __init__(self, code: str, keyword: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.keyword = keyword


Scalar = tuple[Any, str]
"""A value that compares with bounds, and its canonical text."""


def scalar(kind: str, entry: dict[str, Any], node: JsonNode, text: str) -> Scalar | None:
    """``None`` for a null inside a string; raises ``Bad``. ``text`` is the record's."""
    try:
        found = _scalar(kind, entry, node, text)
    except BadDay as bad:
        raise Bad(str(bad)) from None
    if found is not None:
        keep_rules(kind, entry, found)
    return found


def _wanted(node: JsonNode, *kinds: str) -> str:
    if node.kind not in kinds:
        raise Bad("wrong_type")
    return node.text


def _numeric(node: JsonNode, wire: str) -> str:
    return _wanted(node, *{"string": ("string",), "either": ("string", "number")}.get(wire, ("number",)))


def _scalar(kind: str, entry: dict[str, Any], node: JsonNode, text: str) -> Scalar | None:
    wire = entry.get("wire", "")
    meaning = entry.get("as", kind)
    if meaning == "json":
        return _json(node, text, inside=wire == "string")
    if meaning == "boolean":
        word = _wanted(node, "string") if wire else node.kind
        if word not in ("true", "false"):
            raise Bad("bad_format" if wire else "wrong_type")
        return word, word
    if meaning in ("int", "long"):
        return _whole(
            _numeric(node, wire), -(2 ** (31 if kind == "int" else 63)), 2 ** (31 if kind == "int" else 63)
        )
    if meaning in ("double", "float"):
        return _floating(_numeric(node, wire), kind)
    if kind.startswith("decimal"):
        return _decimal(kind, wire, node)
    if meaning == "date":
        found = _date_of_days(node) if wire else day(_wanted(node, "string"))
        return found, found.isoformat()
    if meaning == "time":
        return _time(node, wire)
    if meaning in ("timestamp", "timestamptz"):
        return _moment(meaning, wire, node, floors="beyond_micros" in entry)
    if meaning == "binary":
        found_bytes = _bytes(_wanted(node, "string"), wire or "base64")
        return found_bytes, found_bytes.hex()
    found_text = _wanted(node, "string")
    if meaning == "uuid":
        if not _UUID.fullmatch(found_text):
            raise Bad("bad_format")
        found_text = found_text.lower()
    return found_text, found_text


def _json(node: JsonNode, text: str, *, inside: bool) -> Scalar | None:
    if not inside:
        slice_ = text[node.start : node.end]
        return slice_, slice_
    inner = _wanted(node, "string")
    if is_too_deep(inner):
        raise Bad("too_deep")
    try:
        found = read_nodes(inner)
    except Malformed:
        raise Bad("bad_format") from None
    kept = inner[found.start : found.end]
    return None if found.kind == "null" else (kept, kept)


def _whole(text: str, low: int, beyond: int) -> Scalar:
    found = whole(text)
    if found is None:
        raise Bad("bad_format")
    if not low <= found < beyond:
        raise Bad("out_of_range")
    return found, str(found)


def _floating(text: str, kind: str) -> Scalar:
    if not is_json_number(text):
        raise Bad("bad_format")
    found = nearest(text, kind)
    if found is None:
        raise Bad("out_of_range")
    return found, repr(found)


def _decimal(kind: str, wire: str, node: JsonNode) -> Scalar:
    precision, scale = digits_of(kind)
    value: Fraction | None
    if wire == "unscaled_base64":
        stored = _bytes(_wanted(node, "string"), "base64")
        value = Fraction(int.from_bytes(stored, signed=True), 10**scale) if stored else None
    else:
        value = exact_decimal(_numeric(node, wire))
    if value is None:
        raise Bad("bad_format")
    return value, decimal_text(value, precision, scale)


def digits_of(kind: str) -> tuple[int, int]:
    sizes = _DECIMAL_TYPE.fullmatch(kind)
    return (int(sizes[1]), int(sizes[2])) if sizes else (0, 0)


def decimal_text(value: Fraction, precision: int, scale: int) -> str:
    """Raises ``Bad`` for what the type can't have."""
    if abs(value) >= 10 ** (precision - scale):
        raise Bad("out_of_range")
    unscaled = value * 10**scale
    if unscaled.denominator != 1:
        raise Bad("inexact")
    digits = f"{abs(unscaled.numerator):0{scale + 1}d}"
    point = len(digits) - scale
    body = f"{digits[:point]}.{digits[point:]}" if scale else digits
    return ("-" if value < 0 else "") + body


def _date_of_days(node: JsonNode) -> date:
    found, _ = _whole(_wanted(node, "number"), -719_162, 2_932_897)
    return date(1970, 1, 1) + timedelta(days=found)


def _time(node: JsonNode, wire: str) -> Scalar:
    if wire:
        count, _ = _whole(_wanted(node, "number"), 0, 86_400_000 * (1 if wire == "ms" else 1_000))
        seconds = Fraction(count, 1_000 if wire == "ms" else 1_000_000)
    else:
        seconds = clock(_wanted(node, "string"), 6)
    text = (EPOCH + timedelta(microseconds=int(seconds * 10**6))).time().isoformat("microseconds")
    return text, text


def _moment(kind: str, wire: str, node: JsonNode, *, floors: bool) -> Scalar:
    unit, _, is_text = wire.removeprefix("epoch_").partition("_")
    if not wire or wire == "utc_micros":
        written = _wanted(node, "string")
        if wire and not _OLD_INSTANT.fullmatch(written):
            raise Bad("bad_format")
        seconds = instant(written, zoned=kind == "timestamptz")
    else:
        seconds = epoch(_wanted(node, "string" if is_text else "number"), unit)
    found = to_micros(seconds, floors=floors)
    return found, found.isoformat(timespec="microseconds") + ("Z" if kind == "timestamptz" else "")


def _bytes(text: str, wire: str) -> bytes:
    """Whatever is not how these bytes are written is refused: that settles padding and unused bits."""
    try:
        if wire == "hex":
            found = bytes.fromhex(text)
            spellings = {text.lower() if found.hex() == text.lower() else None}
            text = text.lower()
        elif wire == "base64url":
            found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            whole_text = base64.urlsafe_b64encode(found).decode()
            spellings = {whole_text, whole_text.rstrip("=")}
        else:
            found = base64.b64decode(text)
            spellings = {base64.b64encode(found).decode()}
    except ValueError:
        raise Bad("bad_format") from None
    if text not in spellings:
        raise Bad("bad_format")
    return found


def keep_rules(kind: str, entry: dict[str, Any], found: Scalar) -> None:
    value = found[0]
    rules = entry.get("rules", {})
    for keyword in _ORDER:
        if keyword in rules and not _is_kept(kind, entry, keyword, rules[keyword], value):
            raise Bad("bad_value", keyword)


_COUNTED = {"list": "Items", "map": "Properties"}
_BOUNDS = _ORDER[5:]


def check_rule(kind: str, entry: dict[str, Any], keyword: str, rule: Any) -> bool:
    """Whether values of the kind can have this rule. Raises ``ValueError`` for a rule that is none."""
    meaning = "decimal" if kind.startswith("decimal") else entry.get("as", kind)
    counts = _COUNTED.get(meaning, "Length" if meaning in ("string", "binary") else "")
    if counts and keyword in (f"min{counts}", f"max{counts}"):
        is_one = type(rule) is int and rule >= 0
    elif keyword == "pattern" and meaning == "string":
        is_one = isinstance(rule, str) and is_found(rule, "") is not None
    elif keyword in ("enum", "const") and meaning in ("string", "int", "long"):
        listed = rule if keyword == "enum" else [rule]
        is_one = all(type(one) in (int, str) for one in listed)
    elif keyword in _BOUNDS and meaning in _BOUNDED:
        is_one = isinstance(rule, str) and _bound(kind, entry, rule) is not None
    else:
        return False
    if not is_one:
        raise ValueError(f"the rule {keyword} says nothing")
    return True


_BOUNDED = ("int", "long", "float", "double", "decimal", "date", "time", "timestamp", "timestamptz")


def _is_kept(kind: str, entry: dict[str, Any], keyword: str, rule: Any, value: Any) -> bool:
    if keyword == "pattern":
        return is_found(rule, value)
    if keyword in ("enum", "const"):
        return str(value) in map(str, rule if keyword == "enum" else [rule])
    if keyword in ("minLength", "maxLength"):
        return bool(len(value) >= rule if keyword == "minLength" else len(value) <= rule)
    bound = _bound(kind, entry, rule)
    kept: dict[str, bool] = {
        "minimum": value >= bound,
        "maximum": value <= bound,
        "exclusiveMinimum": value > bound,
        "exclusiveMaximum": value < bound,
    }
    return kept[keyword]


def _bound(kind: str, entry: dict[str, Any], text: str) -> Any:
    if kind in ("double", "float"):
        found = nearest(text, kind)
        return found if found is not None else float("-inf" if text.startswith("-") else "inf")
    if kind == "date":
        return date.fromisoformat(text)
    if kind in ("timestamp", "timestamptz"):
        return datetime.fromisoformat(text.removesuffix("Z"))
    return text if entry.get("as") == "time" else Fraction(text)
