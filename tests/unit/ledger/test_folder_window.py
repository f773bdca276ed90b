"""The window of a manifest: wide enough, never beyond the calendar's own places, and never moved back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waybill_common.ledger.folder_window import (
    EARLIEST,
    LATEST,
    DayWindow,
    is_window,
    next_window,
    parse_window,
    utc_day,
)

DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))


def test_it_reaches_from_the_past_to_two_days_ahead() -> None:
    assert next_window(10, date(2026, 11, 29), None) == ("2026-11-19", "2026-12-01")


@given(st.integers(0, 4_000_000), DAYS, st.one_of(st.none(), st.tuples(DAYS, st.integers(0, 4000))))
def test_neither_end_is_earlier_than_before(past: int, today: date, known: tuple[date, int] | None) -> None:
    before = None if known is None else next_window(known[1], known[0], None)
    found = next_window(past, today, before)
    first, last = parse_window(found)
    assert EARLIEST <= first <= last <= LATEST
    if before is not None:
        assert found[0] >= before[0]
        assert found[1] >= before[1]
    assert next_window(past, today, found) == found


@pytest.mark.parametrize(
    "window",
    [
        ("2026-01-02", "2026-01-01"),
        ("2026-01-01-00", "2026-01-02-00"),
        ("20260101", "2026-01-02"),
        ("0001-02-28", "2026-01-01"),
        ("2026-01-01", "9999-12-01"),
        ("", ""),
    ],
    ids=["backward", "hours", "another spelling", "too early", "too late", "empty"],
)
def test_what_is_no_window_is_none(window: DayWindow) -> None:
    assert not is_window(window)
    with pytest.raises(ValueError, match=r".+"):
        parse_window(window)


@pytest.mark.parametrize(
    ("seconds", "day"),
    [
        (0.0, date(1970, 1, 1)),
        (86_399.9, date(1970, 1, 1)),
        (86_400.0, date(1970, 1, 2)),
        (-1.0, date(1969, 12, 31)),
        (1e15, LATEST),
    ],
    ids=["epoch", "before midnight", "midnight", "before the epoch", "a clock that is off"],
)
def test_the_day_is_utcs(seconds: float, day: date) -> None:
    assert utc_day(seconds) == day
