from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waybill_producer.source.window import RateWindow, rate_limit_wait

LIMIT = 100
SECONDS = 30.0
QUARTERS = st.integers(0, 160).map(lambda number: number / 4)
"""Seconds that binary fractions add up without rounding."""


@given(st.lists(st.tuples(st.integers(1, LIMIT), QUARTERS), max_size=30))
def test_no_interval_ever_holds_more_than_the_limit(requests: list[tuple[int, float]]) -> None:
    window, now, sent = RateWindow(LIMIT, SECONDS), 0.0, list[tuple[float, int]]()
    for users, idle in requests:
        now += idle
        now += window.wait(users, now)
        window = window.spend(users, now)
        sent.append((now, users))
    for start, _ in sent:
        assert sum(users for moment, users in sent if start <= moment < start + SECONDS) <= LIMIT


@given(st.lists(st.tuples(st.integers(1, LIMIT), QUARTERS), min_size=1, max_size=30))
def test_a_wait_is_not_longer_than_needed(requests: list[tuple[int, float]]) -> None:
    window, now = RateWindow(LIMIT, SECONDS), 0.0
    for users, idle in requests:
        now += idle
        wait = window.wait(users, now)
        assert 0 <= wait <= SECONDS
        if wait > 0:
            assert window.wait(users, now + wait - 0.125) > 0
        now += wait
        window = window.spend(users, now)


def test_the_documented_limit_admits_four_full_pages_at_once() -> None:
    window = RateWindow(20_000, 300.0)
    for moment in (0.0, 1.0, 2.0, 3.0):
        assert window.wait(5_000, moment) == 0
        window = window.spend(5_000, moment)
    assert window.wait(5_000, 4.0) == 296.0
    assert window.wait(5_000, 300.0) == 0


@pytest.mark.parametrize("attempts", [1, 2, 8, 100])
def test_waits_after_429_outlast_a_window_together(attempts: int) -> None:
    waits = [rate_limit_wait(number, attempts, 300.0) for number in range(1, max(2, attempts))]
    assert sum(waits) >= 300.0 * (1 - 1e-9)
    assert waits == sorted(waits)
