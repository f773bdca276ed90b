"""The window of a manifest: for which days rows have folders of their own, whatever times records claim. Pure.

It bounds how many folders there can be before the first record is read: a second attempt that counted for itself might
meet fewer of them, and would choose other places.
"""

from __future__ import annotations

from datetime import date

EARLIEST, LATEST = date(1, 3, 1), date(9999, 11, 30)
"""What lies beyond has the calendar's first and last days as its places, which no window reaches."""

DAYS_AHEAD = 2
"""Records may come from clocks and time zones that are ahead of the driver's."""

DayWindow = tuple[str, str]
"""Its first and last day, UTC, both inside, as ISO dates."""


def next_window(past: int, today: date, before: DayWindow | None) -> DayWindow:
    """From ``past`` days before ``today`` on; neither end is earlier than in the manifest before."""
    first, last = _day(today, -past), _day(today, DAYS_AHEAD)
    if before is not None:
        known = parse_window(before)
        first, last = max(first, known[0]), max(last, known[1])
    return first.isoformat(), last.isoformat()


def parse_window(window: DayWindow) -> tuple[date, date]:
    """Raises ``ValueError`` for what is no window."""
    first, last = map(date.fromisoformat, window)
    if (first.isoformat(), last.isoformat()) != tuple(window) or not EARLIEST <= first <= last <= LATEST:
        raise ValueError(f"{window} is no window")
    return first, last


def is_window(window: DayWindow) -> bool:
    try:
        parse_window(window)
    except ValueError:
        return False
    return True


def _day(today: date, days: int) -> date:
    """So many days from ``today``, as far as windows reach."""
    return date.fromordinal(min(max(today.toordinal() + days, EARLIEST.toordinal()), LATEST.toordinal()))


def utc_day(seconds: float) -> date:
    """The day at so many seconds since the epoch, by a clock that may be set to anything."""
    return _day(date(1970, 1, 1), int(seconds // 86_400))
