"""Which texts DuckDB may read as they are, and the others brought into a form that it may.

DuckDB's parser takes more than JSON (``{"id":"a",}``), and of a repeated field the first where the format takes the
last. So it is given *plain* texts alone: flat objects without anything that parsers differ on. A regular expression
tells them, and every other text is read here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from itertools import product

from waybill_ops.audit.fingerprint import AuditedKind
from waybill_ops.audit.json_text import JsonNumber, JsonValue, members

_ESCAPE = r'\\(?:["\\/bfnrt]|u(?:[0-9a-cA-CefEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}))'
_STRING = rf'"(?:[^"\\\x00-\x1f]|{_ESCAPE})*"'
_NUMBER = r"(?:0|-?[1-9][0-9]{0,2})(?:\.[0-9]{1,16})?|-0\.[0-9]{1,16}"
_MEMBER = rf'[ \t\n\r]*"[^"\\\x00-\x1f]*"[ \t\n\r]*:[ \t\n\r]*(?:{_STRING}|{_NUMBER}|null)[ \t\n\r]*'

PLAIN = rf"[ \t\n\r]*\{{{_MEMBER}(?:,{_MEMBER})*\}}[ \t\n\r]*"
"""A pattern for RE2, which reads a text of any kind once, in bounded memory."""

_ALTERNATIVES = 81
_EXACT_DIGITS = 15
_EXACT_POWER = 22


def texts_of(text: str, columns: Mapping[str, AuditedKind]) -> tuple[str, ...]:
    """The event in ``text`` as plain JSON of ``columns``; none where it holds no event that a row could be of.

    Several where a number is spelled so that parsers may differ in its last bit, first the nearest one: pydantic's
    rounds some doubles with extreme exponents to a neighbour. A row of either is its record's.
    """
    found = members(text)
    if found is None:
        return ()
    choices = [_choices(found.get(name), kind) for name, kind in columns.items()]
    if math.prod(len(some) for some in choices) > _ALTERNATIVES:
        choices = [some[:1] for some in choices]
    return tuple(
        json.dumps(dict(zip(columns, values, strict=True)), ensure_ascii=False)
        for values in product(*choices)
    )


def _choices(value: JsonValue, kind: AuditedKind) -> tuple[str | float | None, ...]:
    if value is None:
        return (None,)
    if isinstance(value, str):
        return (value,) if kind is not AuditedKind.DOUBLE else ()
    return _doubles(value.text) if isinstance(value, JsonNumber) and kind is AuditedKind.DOUBLE else ()


def _doubles(text: str) -> tuple[float, ...]:
    """None for what is no finite number; the integer -0 is 0.0."""
    number = 0.0 if text == "-0" else float(text)
    if not math.isfinite(number):
        return ()
    if _is_exact(text):
        return (number,)
    beside = (math.nextafter(number, math.inf), math.nextafter(number, -math.inf))
    return (number, *(one for one in beside if math.isfinite(one)))


def _is_exact(text: str) -> bool:
    """Whether any parser gets the nearest double: few digits, scaled by a power of ten that is a double itself."""
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    if len(exponent) > len("-22") or len((whole + fraction).lstrip("0")) > _EXACT_DIGITS:
        return False
    return abs(int(exponent or "0") - len(fraction)) <= _EXACT_POWER
