"""timestamptz and timestamp: microseconds since 1970, from text or from epoch numbers."""

from __future__ import annotations

import re
from typing import Any

from waybill_contracts.types.calendar import DAY_MICROS, FIRST_DAY, LAST_DAY, day_of, seconds_of_day
from waybill_contracts.types.decimals import scaled_check
from waybill_contracts.types.misfit import (
    BAD_FORMAT,
    INEXACT,
    OUT_OF_RANGE,
    WRONG_TYPE,
    Check,
    Misfit,
)

FIRST_MICRO = FIRST_DAY * DAY_MICROS
BEYOND_MICROS = (LAST_DAY + 1) * DAY_MICROS

_LOCAL = r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
_local = re.compile(_LOCAL).fullmatch
_zoned = re.compile(_LOCAL + r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))").fullmatch
_utc_micros = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{6})Z"
).fullmatch

_POWERS = {"epoch_s": 6, "epoch_ms": 3, "epoch_us": 0, "epoch_ns": -3}
"""Of ten, from the unit to microseconds."""

_DIGITS = len(str(BEYOND_MICROS))
_MICRO_DIGITS = 6


def moment_check(wire: str, *, zoned: bool, floors: bool) -> Check:
    if wire == "utc_micros":
        return _text_check(_utc_micros, zoned=False, floors=False)
    if wire == "text":
        return _text_check(_zoned if zoned else _local, zoned=zoned, floors=floors)
    unit, text, _ = wire.partition("_text")
    within = range(FIRST_MICRO, BEYOND_MICROS)
    return scaled_check("string" if text else "number", _POWERS[unit], _DIGITS, within, floors=floors)


def _text_check(match: Any, *, zoned: bool, floors: bool) -> Check:
    def check(token: Any) -> Any:
        if token.__class__ is not str:
            return WRONG_TYPE
        found = match(token)
        if found is None:
            return BAD_FORMAT
        year, month, day, hour, minute, second, rest, *zone = found.groups()
        seconds = seconds_of_day(hour, minute, second)
        offset = _offset(*zone) if zoned and zone[0] else 0
        days = day_of(year, month, day)
        if seconds is None or offset is None:
            return BAD_FORMAT
        if isinstance(days, Misfit):
            return days
        micros = ((days * 86_400) + seconds - offset) * 1_000_000
        if rest:
            micros += int(
                rest if len(rest) == _MICRO_DIGITS else rest[:_MICRO_DIGITS].ljust(_MICRO_DIGITS, "0")
            )
        if not FIRST_MICRO <= micros < BEYOND_MICROS:
            return OUT_OF_RANGE
        return micros if floors or not rest or not rest[_MICRO_DIGITS:].strip("0") else INEXACT

    return check


def _offset(sign: str, hours: str, minutes: str) -> int | None:
    if int(hours) > 23 or int(minutes) > 59:
        return None
    size = int(hours) * 3600 + int(minutes) * 60
    return -size if sign == "-" else size
