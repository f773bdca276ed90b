"""Days and times of a day of the proleptic Gregorian calendar: their grammar, and their canonical text."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

from waybill_contracts.types.integers import integer_check
from waybill_contracts.types.misfit import BAD_FORMAT, OUT_OF_RANGE, WRONG_TYPE, Check, Misfit

EPOCH = date(1970, 1, 1).toordinal()
FIRST_DAY = date.min.toordinal() - EPOCH
LAST_DAY = date.max.toordinal() - EPOCH
DAY_MICROS = 86_400_000_000

_date = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})").fullmatch
_time = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?").fullmatch


@lru_cache(maxsize=1024)
def day_of(year: str, month: str, day: str) -> int | Misfit:
    """Days since 1970, of digits."""
    try:
        return date(int(year), int(month), int(day)).toordinal() - EPOCH
    except ValueError:
        return BAD_FORMAT if year != "0000" else _in_year_zero(month, day)


def _in_year_zero(month: str, day: str) -> Misfit:
    try:
        date(2000, int(month), int(day))  # a leap year, too
    except ValueError:
        return BAD_FORMAT
    return OUT_OF_RANGE


def date_check(wire: str) -> Check:
    return integer_check("number", FIRST_DAY, LAST_DAY) if wire == "epoch_days" else _date_check


def _date_check(token: Any) -> Any:
    if token.__class__ is not str:
        return WRONG_TYPE
    found = _date(token)
    return day_of(*found.groups()) if found else BAD_FORMAT


def seconds_of_day(hour: str, minute: str, second: str) -> int | None:
    hours, minutes, seconds = int(hour), int(minute), int(second)
    return hours * 3600 + minutes * 60 + seconds if hours < 24 and minutes < 60 and seconds < 60 else None


def time_check(wire: str) -> Check:
    """The value is the canonical text."""
    if wire == "text":
        return _time_check
    unit = 1_000 if wire == "ms" else 1
    whole = integer_check("number", 0, DAY_MICROS // unit - 1)

    def check(token: Any) -> Any:
        found = whole(token)
        return found if found.__class__ is Misfit else time_text(found * unit)

    return check


def _time_check(token: Any) -> Any:
    if token.__class__ is not str:
        return WRONG_TYPE
    found = _time(token)
    if found is None:
        return BAD_FORMAT
    hour, minute, second, fraction = found.groups()
    if seconds_of_day(hour, minute, second) is None:
        return BAD_FORMAT
    return f"{hour}:{minute}:{second}.{(fraction or '').ljust(6, '0')}"


def date_text(days: int) -> str:
    return date.fromordinal(days + EPOCH).isoformat()


def time_text(micros: int) -> str:
    seconds, fraction = divmod(micros, 1_000_000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction:06}"


def moment_text(micros: int) -> str:
    """Of microseconds since 1970, without a zone."""
    days, rest = divmod(micros, DAY_MICROS)
    return f"{date_text(days)}T{time_text(rest)}"
