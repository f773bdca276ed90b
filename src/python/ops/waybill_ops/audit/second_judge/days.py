"""Dates, times and instants by Python's datetime."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from fractions import Fraction

from waybill_ops.audit.second_judge.numbers import exact_decimal

_DATE = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CLOCK = re.compile("([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.]([0-9]{1,9}))?")
_OFFSET = re.compile("[Zz]|([+-])([0-9]{2}):([0-9]{2})")

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # all are of UTC here
UNITS = {"s": Fraction(1), "ms": Fraction(1, 10**3), "us": Fraction(1, 10**6), "ns": Fraction(1, 10**9)}
SHORTEST = timedelta(microseconds=1)


class BadDay(ValueError):
    """The code says why."""


def day(text: str) -> date:
    found = _DATE.fullmatch(text)
    if found is None:
        raise BadDay("bad_format")
    year, month, number = map(int, found.groups())
    try:
        date(year or 4, month, number)  # year 0 is a leap year
    except ValueError:
        raise BadDay("bad_format") from None
    if not year:
        raise BadDay("out_of_range")
    return date(year, month, number)


def clock(text: str, most_digits: int) -> Fraction:
    """Seconds since midnight."""
    found = _CLOCK.fullmatch(text)
    if found is None or len(found[4] or "") > most_digits:
        raise BadDay("bad_format")
    hours, minutes, seconds = (int(found[at]) for at in (1, 2, 3))
    if hours > 23 or minutes > 59 or seconds > 59:
        raise BadDay("bad_format")
    return hours * 3600 + minutes * 60 + seconds + Fraction(int(found[4] or 0), 10 ** len(found[4] or ""))


def instant(text: str, *, zoned: bool) -> Fraction:
    """Exact seconds since 1970."""
    head, separator, rest = text[:10], text[10:11], text[11:]
    if separator not in ("T", "t", " "):
        raise BadDay("bad_format")
    late = 0
    if zoned:
        size = 1 if rest[-1:] in ("Z", "z") else 6
        offset = _OFFSET.fullmatch(rest[-size:])
        if offset is None or len(rest) < size:
            raise BadDay("bad_format")
        rest = rest[:-size]
        if offset[1]:
            hours, minutes = int(offset[2]), int(offset[3])
            if hours > 23 or minutes > 59:
                raise BadDay("bad_format")
            late = (hours * 60 + minutes) * (60 if offset[1] == "+" else -60)
    seconds = clock(rest, 9)
    return (day(head) - date(1970, 1, 1)).days * 86_400 + seconds - late


def epoch(text: str, unit: str) -> Fraction:
    found = exact_decimal(text)
    if found is None:
        raise BadDay("bad_format")
    return found * UNITS[unit]


def to_micros(seconds: Fraction, *, floors: bool) -> datetime:
    if not -62135596800 <= seconds < 253402300800:
        raise BadDay("out_of_range")
    micros = seconds * 10**6
    if micros.denominator != 1 and not floors:
        raise BadDay("inexact")
    return EPOCH + SHORTEST * (micros.numerator // micros.denominator)
