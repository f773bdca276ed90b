"""When the next commit is due."""

from __future__ import annotations

import pytest

from waybill_delivery.trigger import Holding, period_of, seconds_of


@pytest.mark.parametrize(
    ("trigger", "seconds"),
    [("available-now", None), ("200 milliseconds", 0.2), ("10 seconds", 10.0), ("2 minutes", 120.0)],
)
def test_a_trigger_is_a_period_or_none(trigger: str, seconds: float | None) -> None:
    assert period_of(trigger) == seconds


def test_few_offsets_are_held_back_until_there_are_more_or_the_delay_is_over() -> None:
    holding = Holding(fewest=100, longest=seconds_of("1m"), since=0.0)
    assert not holding.lets_go(0, now=500.0)
    assert not holding.lets_go(99, now=59.0)
    assert holding.lets_go(100, now=59.0)
    assert not holding.lets_go(1, now=118.0)
    assert holding.lets_go(1, now=119.0)
