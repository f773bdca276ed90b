"""How far the next commit reaches, and how many it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.targets import next_targets, pending, reach_by_commits

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


class Frontier:
    """As much of a delivery as says how far it is; ``commits`` are where it was told to go."""

    def __init__(self, **at: int) -> None:
        self.frontier = {int(p[1:]): offset for p, offset in at.items()}
        self.commits: list[dict[int, int]] = []

    @property
    def position(self) -> Frontier:
        return self

    def reach(self, targets: Mapping[int, int], _should_stop: Callable[[], bool]) -> None:
        self.frontier = dict(targets)
        self.commits.append(self.frontier)


def test_one_look_at_the_topic_is_delivered_in_as_many_commits_as_it_takes() -> None:
    delivery = Frontier(p0=0, p1=10)
    reach_by_commits(cast(DeliveryLoop, delivery), {0: 50, 1: 60}, 40, lambda: False)
    assert delivery.commits == [{0: 20, 1: 30}, {0: 40, 1: 50}, {0: 50, 1: 60}]


def test_a_topic_with_nothing_new_is_looked_at_once() -> None:
    delivery = Frontier(p0=5)
    reach_by_commits(cast(DeliveryLoop, delivery), {0: 5}, 40, lambda: False)
    assert delivery.commits == [{0: 5}]


def test_a_stop_takes_effect_between_two_commits_of_one_look() -> None:
    delivery = Frontier(p0=0)
    reach_by_commits(cast(DeliveryLoop, delivery), {0: 100}, 10, lambda: len(delivery.commits) == 3)
    assert delivery.commits[-1] == {0: 30}
