"""Which small splits share a task."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waybill_common.ledger import Split
from waybill_delivery.splits import deal

LONGEST = 100
EACH = dict.fromkeys(range(20), LONGEST)


def split(partition: int, start: int, length: int) -> Split:
    return Split(partition=partition, start=start, end=start + length)


SPLITS = st.lists(
    st.builds(
        split, st.integers(0, 9), st.integers(0, 9).map(lambda n: 1000 * n), st.integers(1, 2 * LONGEST)
    ),
    max_size=40,
    unique_by=lambda one: (one.partition, one.start),
)


@given(SPLITS, st.integers(1, 8))
def test_each_split_is_dealt_once_and_a_task_holds_no_more_than_it_may(
    splits: list[Split], tasks: int
) -> None:
    dealt = deal(splits, tasks, EACH)
    assert sorted(map(repr, (one for hand in dealt for one in hand))) == sorted(map(repr, splits))
    for hand in dealt:
        assert hand
        assert len({one.partition for one in hand}) == len(hand)
        assert len(hand) == 1 or sum(one.length for one in hand) <= LONGEST


@pytest.mark.parametrize(
    ("count", "tasks", "hands"),
    [(16, 4, [4, 4, 4, 4]), (4, 4, [1, 1, 1, 1]), (3, 4, [1, 1, 1]), (6, 4, [2, 2, 1, 1]), (0, 4, [])],
    ids=["16 partitions", "as many as tasks", "fewer", "not in equal parts", "none"],
)
def test_equal_splits_are_spread_evenly(count: int, tasks: int, hands: list[int]) -> None:
    dealt = deal([split(p, 0, 10) for p in range(count)], tasks, EACH)
    assert sorted(map(len, dealt), reverse=True) == hands


def test_a_long_split_goes_alone_and_short_ones_fill_up_the_other_tasks() -> None:
    lengths = [60, 5, 5, 20, 20, 10]
    dealt = deal([split(p, 0, length) for p, length in enumerate(lengths)], 2, EACH)
    assert sorted([one.length for one in hand] for hand in dealt) == [[20, 20, 10, 5, 5], [60]]


def test_more_tasks_are_made_where_memory_asks_for_them() -> None:
    assert len(deal([split(p, 0, 60) for p in range(5)], 2, EACH)) == 5


def test_two_splits_of_one_partition_never_share_a_task() -> None:
    assert len(deal([split(3, start, 10) for start in (0, 10, 20)], 1, EACH)) == 3
