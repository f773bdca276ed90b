"""Decimals: exact, computed on integers, exponent and length looked at before any power is."""

from __future__ import annotations

import re
from typing import Any

from waybill_contracts.types.binary import decode_base64
from waybill_contracts.types.misfit import BAD_FORMAT, INEXACT, OUT_OF_RANGE, TOKENS, WRONG_TYPE, Check

MOST_BYTES = 128
_MOST_PLAIN = 40

_grammar = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,4}))?").fullmatch


def exact(text: str) -> tuple[int, int] | None:
    """(c, e) for c * 10^e, where ``text`` keeps the grammar."""
    if len(text) > MOST_BYTES or (found := _grammar(text)) is None:
        return None
    sign, whole, fraction, exponent = found.groups()
    digits = whole + fraction if fraction else whole
    power = (int(exponent) if exponent else 0) - (len(fraction) if fraction else 0)
    number = int(digits)
    return (-number if sign else number), power


def scaled(number: int, power: int, most_digits: int) -> tuple[int, bool] | None:
    """``number`` * 10^``power`` rounded down, and whether that is exact; ``None`` where its size has more than
    ``most_digits`` digits before the point."""
    if number == 0:
        return 0, True
    length = len(str(abs(number)))
    if length + power > most_digits:
        return None
    if power >= 0:
        return number * 10**power, True
    if -power > length:  # between -1 and 1
        return (-1 if number < 0 else 0), False
    whole, rest = divmod(number, 10**-power)
    return whole, rest == 0


def decimal_check(wire: str, precision: int, scale: int) -> Check:
    """The value is the whole number that is stored: the decimal * 10^scale."""
    if wire == "unscaled_base64":
        return _unscaled_check(precision)
    return scaled_check(wire, scale, precision)


def scaled_check(
    wire: str, power: int, digits: int, within: range | None = None, *, floors: bool = False
) -> Check:
    """The value is the number * 10^power, with at most ``digits`` digits and ``within``; ``floors`` rounds it down."""
    taken = TOKENS[wire]
    beyond = 10**digits
    powers = [10 ** (power - places) for places in range(power + 1)]
    """By how many digits follow the point."""

    def check(token: Any) -> Any:
        """Most decimals need no grammar: digits, perhaps a point, and no more digits after it than are stored."""
        if token.__class__ not in taken:
            return WRONG_TYPE
        whole, point, fraction = token.partition(".")
        places, written = len(fraction), whole + fraction
        if (
            places >= len(powers)
            or len(written) > _MOST_PLAIN
            or not (written.isdigit() and written.isascii())
            or (whole[:1] in "0" and whole != "0")
            or (point and not fraction)
        ):
            return by_grammar(token)
        found = int(written) * powers[places]
        return found if found < beyond and (within is None or found in within) else OUT_OF_RANGE

    def by_grammar(token: str) -> Any:
        parts = exact(token)
        if parts is None:
            return BAD_FORMAT
        found = scaled(parts[0], parts[1] + power, digits)
        if found is None or (within is not None and found[0] not in within):
            return OUT_OF_RANGE
        return found[0] if found[1] or floors else INEXACT

    return check


def _unscaled_check(precision: int) -> Check:
    beyond = 10**precision

    def check(token: Any) -> Any:
        if token.__class__ is not str:
            return WRONG_TYPE
        stored = decode_base64(token)
        if not stored:
            return BAD_FORMAT
        number = int.from_bytes(stored, "big", signed=True)
        return number if -beyond < number < beyond else OUT_OF_RANGE

    return check
