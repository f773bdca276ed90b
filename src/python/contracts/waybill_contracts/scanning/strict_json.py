"""One JSON text, read by RFC 8259 and nothing beyond it, on CPython's own scanner."""

from __future__ import annotations

import re
from _json import make_scanner  # the one in Python takes digits of other scripts
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

MOST_OLD_DIGITS = 4300

_SPACE = " \t\n\r"
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|.)", re.DOTALL)


class NotJson(ValueError):
    """The text is no JSON."""


class NumberText(str):
    """A number as it is written."""

    __slots__ = ()


class Repeated(dict[str, Any]):
    """An object in which names stand twice. Each is where it stood first, with what it had last."""

    __slots__ = ("entries", "repeated")

    def __init__(self, entries: list[tuple[str, Any]]) -> None:
        super().__init__(entries)
        self.entries = entries
        seen: set[str] = set()
        self.repeated = {name for name, _ in entries if name in seen or seen.add(name)}  # type: ignore[func-returns-value]


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Repeated(pairs)


def _no_constant(name: str) -> Any:
    raise NotJson(name)


def _old_number(text: str) -> NumberText:
    if len(text) > MOST_OLD_DIGITS and _whole_digits(text) > MOST_OLD_DIGITS:
        raise NotJson("a number's digits")
    return NumberText(text)


def _whole_digits(text: str) -> int:
    """How many digits stand before a fraction or an exponent."""
    return len(re.split("[.eE]", text.lstrip("-"), maxsplit=1)[0])


def _scanner(
    number: Callable[[str], Any], constant: Callable[[str], Any]
) -> Callable[[str, int], tuple[Any, int]]:
    context = SimpleNamespace(
        strict=True,
        object_hook=None,
        object_pairs_hook=members,
        parse_float=number,
        parse_int=number,
        parse_constant=constant,
    )
    scan: Callable[[str, int], tuple[Any, int]] = make_scanner(context)  # type: ignore[arg-type]  # any object with these attributes
    return scan


scan = _scanner(NumberText, _no_constant)
_scan_old = _scanner(_old_number, NumberText)
scan_again = _scanner(NumberText, NumberText)
"""Of text that one of the two has read."""


def read_json(text: str) -> Any:
    """The value; raises ``NotJson``. No text deeper than ``MOST_OPEN`` belongs here."""
    return _read(text, scan)


def read_old_json(text: str) -> Any:
    """The same as 0.1.0 had it: NaN and Infinity are tokens, whole numbers have a longest length."""
    return _read(text, _scan_old)


def _read(text: str, scan_one: Callable[[str, int], tuple[Any, int]]) -> Any:
    begin = len(text) - len(text.lstrip(_SPACE)) if text[:1] in _SPACE else 0
    try:
        value, end = scan_one(text, begin)
    except (StopIteration, ValueError):
        raise NotJson("no JSON") from None
    if end != len(text) and text[end:].strip(_SPACE):
        raise NotJson("something after the value")
    if ("\\ud" in text or "\\uD" in text) and _has_lone_surrogate(text):
        raise NotJson("half a character")
    return value


def _has_lone_surrogate(text: str) -> bool:
    """``text`` is JSON but for that; so each backslash begins an escape."""
    high_ends = -1
    for escape in _ESCAPE.finditer(text):
        code = int(escape[1], 16) if escape[1] else 0
        if high_ends >= 0:
            if escape.start() != high_ends or not 0xDC00 <= code <= 0xDFFF:
                return True
            high_ends = -1
        elif 0xD800 <= code <= 0xDBFF:
            high_ends = escape.end()
        elif 0xDC00 <= code <= 0xDFFF:
            return True
    return high_ends >= 0
