"""Times as Kafka keeps them: milliseconds since 1970, any that 64 bits hold. Python's calendar ends long before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ERA_DAYS, _ERA_YEARS = 146_097, 400
"""The Gregorian calendar repeats itself after so many days, which are so many years."""


def format_millis(millis: int) -> str:
    """As ``format_micros`` does."""
    return format_micros(millis * 1000)


def format_micros(micros: int) -> str:
    """``2026-11-22T18:54:00.001000Z``; beyond the years 0 to 9999 with a sign and as many digits as the year has:
    ``+58880-09-16T03:21:31.000000Z`` (ISO 8601's expanded form)."""
    days, rest = divmod(micros, 86_400_000_000)
    eras, inside = divmod(days, _ERA_DAYS)
    # The same day and time of an era that Python's calendar has.
    moment = _EPOCH + timedelta(days=inside, microseconds=rest)
    year = moment.year + eras * _ERA_YEARS
    sign = "" if 0 <= year <= 9999 else "-" if year < 0 else "+"
    return f"{sign}{abs(year):04d}{moment:-%m-%dT%H:%M:%S}.{moment.microsecond:06d}Z"


def millis_of(moment: datetime) -> int:
    """The milliseconds up to an aware ``moment``, rounded up: a record at or after it has at least so many."""
    return -((_EPOCH - moment) // timedelta(milliseconds=1))
