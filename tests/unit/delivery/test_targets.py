"""How far the next commit reaches, and when it is due."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waybill_delivery.targets import next_targets, pending
from waybill_local.trigger import Holding, period_of, seconds_of

PARTITIONS = st.dictionaries(st.integers(0, 20), st.tuples(st.integers(0, 1000), st.integers(0, 1000)))


@given(PARTITIONS, st.integers(1, 2000))
def test_targets_lie_between_frontier_and_ends_and_reach_them_in_the_end(
    partitions: dict[int, tuple[int, int]], most: int
) -> None:
    frontier = {p: low for p, (low, _) in partitions.items()}
    ends = {p: low + more for p, (low, more) in partitions.items()}
    for _ in range(pending(frontier, ends)):
        if not pending(frontier, ends):
            break
        targets = next_targets(frontier, ends, most)
        assert all(frontier[p] <= targets[p] <= ends[p] for p in ends)
        assert all(targets[p] > frontier[p] for p in ends if ends[p] > frontier[p])
        assert 0 < pending(frontier, targets) <= most + len(ends)
        frontier = targets
    assert frontier == ends


def test_a_partition_that_is_new_begins_at_0_and_one_that_is_gone_stays() -> None:
    assert next_targets({0: 5, 2: 7}, {0: 5, 1: 3}, 100) == {0: 5, 1: 3, 2: 7}


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
