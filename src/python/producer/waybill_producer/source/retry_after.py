"""``Retry-After``: how long an API asks to be left alone. Pure, and ready for whatever a header may hold."""

from __future__ import annotations

import math
import re
from datetime import MAXYEAR, UTC, datetime, timedelta
from email.utils import parsedate_tz

_SECONDS = re.compile(r"([0-9]+)(?:\.[0-9]*)?")
_LONGEST = 200
"""Characters that are looked at."""


def seconds_to_wait(sent: str | None, now: datetime) -> float | None:
    """RFC 9110, 10.2.3: seconds, or an HTTP date. ``now`` is aware and in UTC.

    A fraction of a second counts as a whole one, the past as 0, and what lies beyond the calendar as infinite. What is
    neither seconds nor a date counts as absent.
    """
    text = (sent or "").strip()[:_LONGEST]
    seconds = _SECONDS.fullmatch(text)
    if seconds is not None:
        return math.inf if len(seconds[1].lstrip("0")) > 12 else float(math.ceil(float(text)))
    try:
        found = parsedate_tz(text)
    except (ValueError, OverflowError, IndexError):
        return None
    if found is None:
        return None
    year, month, day, hour, minute, second = found[:6]
    if year > MAXYEAR:
        return math.inf
    try:
        until = datetime(year, month, day, hour, minute, second, tzinfo=UTC) - timedelta(
            seconds=found[9] or 0
        )
    except (ValueError, OverflowError):
        return None
    return max(0.0, (until - now).total_seconds())


def moment_after(now: datetime, seconds: float) -> str | None:
    """When the wait is over, ISO 8601 in UTC; None where calendars end before."""
    try:
        return (now + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return None
