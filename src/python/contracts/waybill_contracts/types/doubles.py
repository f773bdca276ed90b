"""double and float: the nearest one to the decimal text, ties to even."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from decimal import Decimal
from math import inf, isinf
from typing import Any

from waybill_contracts.scanning import NumberText
from waybill_contracts.types.misfit import BAD_FORMAT, OUT_OF_RANGE, TOKENS, WRONG_TYPE, Check

_number = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").fullmatch
_BEYOND_FLOATS = 2.0**128
_MINUS_NOTHING = "-0"


def nearest_double(text: str) -> float:
    return float(text)


def nearest_float(text: str) -> float:
    """The nearest float32, as a double. By way of a double a text just beside the middle of two would go astray."""
    double = float(text)
    size = abs(double)
    if isinf(size):
        return double
    near = _rounded(size)
    if near == size:
        return double
    other = _neighbour(near, up=near < size)
    if abs(size - near) == abs(other - size):
        exact, middle = Decimal(text).copy_abs(), Decimal(size)  # abs() would round
        if exact != middle:
            near = max(near, other) if exact > middle else min(near, other)
    if near >= _BEYOND_FLOATS:
        near = inf
    return -near if double < 0 else near


def _rounded(size: float) -> float:
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", size))[0]
    except OverflowError:
        return _BEYOND_FLOATS
    return rounded


def _neighbour(near: float, *, up: bool) -> float:
    bits = 0x7F800000 if near >= _BEYOND_FLOATS else struct.unpack("<I", struct.pack("<f", near))[0]
    bits += 1 if up else -1
    if bits >= 0x7F800000:
        return _BEYOND_FLOATS
    found: float = struct.unpack("<f", struct.pack("<I", bits))[0]
    return found


NEAREST: dict[str, Callable[[str], float]] = {"double": nearest_double, "float": nearest_float}


def floating_check(wire: str, kind: str) -> Check:
    taken = TOKENS[wire]
    nearest = NEAREST[kind]

    def check(token: Any) -> Any:
        kind_of_token = token.__class__
        if kind_of_token not in taken:
            return WRONG_TYPE
        if kind_of_token is not NumberText and not _number(token):
            return BAD_FORMAT
        if token == _MINUS_NOTHING:
            return 0.0
        number = nearest(token)
        return number if -inf < number < inf else OUT_OF_RANGE

    return check
