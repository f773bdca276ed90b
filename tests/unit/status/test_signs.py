"""When a run is ill: three intervals without a sign, a longer patience where it has a reason, and never before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waybill_status.heartbeat import Heartbeat, SignWords
from waybill_status.signs import LEAST_SECONDS, PATIENCE, START_SECONDS, Signs

SECONDS = st.floats(0, 10_000)


def run(interval: float | None, *moments: float, idle: tuple[float, ...] = ()) -> Signs:
    """One that began at 0, did work until each of ``moments``, and had nothing to do at those of ``idle``."""
    signs = Signs(0.0, interval)
    for moment in moments:
        signs = signs.done(moment)
    for moment in idle:
        signs = signs.idle(moment)
    return signs


@pytest.mark.parametrize(
    ("signs", "now", "is_ill"),
    [
        pytest.param(run(10), START_SECONDS, False, id="the start has its time"),
        pytest.param(run(10), START_SECONDS + 1, True, id="and no more than that"),
        pytest.param(run(100), 300, False, id="but three intervals in any case"),
        pytest.param(run(100), 301, True, id="a start without end"),
        pytest.param(run(10, 5, 15), 45, False, id="three intervals"),
        pytest.param(run(10, 5, 15), 45.1, True, id="more than three intervals"),
        pytest.param(run(0.2, 1, 1.2), 1.2 + LEAST_SECONDS, False, id="a short interval"),
        pytest.param(run(0.2, 1, 1.2), 1.3 + LEAST_SECONDS, True, id="a short interval, and silence"),
        pytest.param(run(0, 1, 1.2), 1.3 + LEAST_SECONDS, True, id="no pause at all"),
        pytest.param(run(1, 1, 21), 21 + 60, False, id="commits that take longer than the trigger"),
        pytest.param(run(1, 1, 21), 21 + 60.1, True, id="three times as long as the last one"),
        pytest.param(run(1, 1, 21, 22), 22 + 5.1, True, id="one long commit is forgotten after the next"),
        pytest.param(
            run(1, 1, 21, idle=(22, 30)), 30 + 60, False, id="but not for a look that finds nothing"
        ),
        pytest.param(run(1, idle=(1, 2)), 7, False, id="looks alone"),
        pytest.param(run(1, idle=(1, 2)), 7.1, True, id="looks alone, and silence"),
        pytest.param(run(None), 1e9, False, id="a run that ends by itself"),
        pytest.param(run(None, 1), 1e9, False, id="the same after a sign"),
        pytest.param(run(10, 5, 15).waiting(315), 345, False, id="told to wait, as long and three intervals"),
        pytest.param(run(10, 5, 15).waiting(315), 345.1, True, id="told to wait, and silent after that"),
        pytest.param(run(10).waiting(300), 300 + START_SECONDS, False, id="told to wait at its start"),
        pytest.param(
            run(10, 5, 15).waiting(315).waiting(20), 345, False, id="a shorter wait ends no longer one"
        ),
        pytest.param(
            run(10, 5, 15).waiting(315).done(316),
            316 + 30.1,
            True,
            id="a wait on purpose is no gap afterwards",
        ),
        pytest.param(run(10, 5, 15).waiting(315).done(20), 345, False, id="a sign ends no wait"),
    ],
)
def test_a_run_is_ill_after_three_intervals_without_a_sign(signs: Signs, now: float, is_ill: bool) -> None:
    assert signs.is_ill(now) is is_ill


@given(st.floats(0, 100), st.lists(st.tuples(SECONDS, st.booleans()), min_size=1), SECONDS, SECONDS)
def test_a_sign_or_a_wait_never_makes_ill_and_silence_alone_never_heals(
    interval: float, gaps: list[tuple[float, bool]], wait: float, more: float
) -> None:
    signs, now = Signs(0.0, interval), 0.0
    for gap, works in gaps:
        now += gap
        signs = signs.done(now) if works else signs.idle(now)
        assert not signs.is_ill(now)
        assert not signs.waiting(now + wait).is_ill(now + wait)
    assert signs.is_ill(now + more) <= signs.is_ill(now + more + wait)


@given(st.floats(0.001, 100), st.lists(st.floats(0, 3), min_size=2))
def test_a_run_whose_work_takes_at_most_three_times_as_long_as_before_is_never_ill(
    interval: float, factors: list[float]
) -> None:
    signs, now, gap = Signs(0.0, interval).done(0.0), 0.0, interval
    for factor in factors:
        gap = max(interval, gap) * factor
        assert not signs.is_ill(now + gap * 0.999)
        now += gap
        signs = signs.done(now)


def test_a_complaint_names_the_silence_what_is_allowed_and_what_to_do() -> None:
    moments = iter([0.0, 100.0, 110.0, 110.0, 140.0, 152.34])
    heart = Heartbeat(
        10.0,
        SignWords("No commit", "three times delivery.trigger", "look into the log"),
        lambda: next(moments),
    )
    heart.done()
    heart.done()
    assert [heart.complaint() for _ in range(3)] == [
        None,
        None,
        "No commit came for 42.3 s; allowed are 30.0 s (three times delivery.trigger); look into the log.",
    ]
    assert PATIENCE * 10.0 == 30.0
