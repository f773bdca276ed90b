"""Numbers by fractions: exact decimals, the nearest double or float32."""

from __future__ import annotations

import re
from fractions import Fraction

_JSON = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?)0*([0-9]+))?")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?")
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")

ENOUGH = 800
"""Digits of a decimal text that decide which double is nearest; of what follows only whether it is nothing."""

BINARY = {"double": (53, -1074, 1024), "float": (24, -149, 128)}
"""Bits of precision, exponent of the smallest one, exponent beyond the largest."""


def is_json_number(text: str) -> bool:
    return _JSON.fullmatch(text) is not None


def whole(text: str) -> int | None:
    """``None`` where the text is none; whatever has more than 40 characters is beyond any type's range."""
    if not _WHOLE.fullmatch(text):
        return None
    return int(text[:40])


def exact_decimal(text: str) -> Fraction | None:
    return Fraction(text) if len(text) <= 128 and _DECIMAL.fullmatch(text) else None


def nearest(text: str, kind: str) -> float | None:
    """``None`` for infinity."""
    found = _JSON.fullmatch(text)
    if found is None:
        raise ValueError(text)
    sign, before, after, below, power = found.groups()
    if after is None and power is None and before == "0":
        return 0.0
    digits = (before + (after or "")).lstrip("0")
    negative = -1.0 if sign else 1.0
    if not digits:
        return 0.0 * negative
    # Its zeros in front are gone: with twenty digits left it is beyond any double, whatever follows.
    exponent = int(f"{below or ''}{(power or '0')[:20]}") - len(after or "")
    if len(digits) > ENOUGH:
        rest = digits[ENOUGH:]
        exponent += len(rest) - 1
        digits = digits[:ENOUGH] + ("1" if rest.strip("0") else "0")
    size = len(digits) + exponent
    if size > 400:
        return None
    if size < -400:
        return 0.0 * negative
    rounded = _rounded(Fraction(int(digits)) * Fraction(10) ** exponent, kind)
    return None if rounded is None else negative * rounded


def _rounded(value: Fraction, kind: str) -> float | None:
    bits, least, beyond = BINARY[kind]
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    if Fraction(2) ** exponent > value:
        exponent -= 1
    step = Fraction(2) ** max(exponent - bits + 1, least)
    steps = round(value / step)  # ties to even
    return None if steps * step >= Fraction(2) ** beyond else float(steps * step)
