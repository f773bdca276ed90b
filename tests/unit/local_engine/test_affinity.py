"""Which split a free worker gets."""

from __future__ import annotations

from collections.abc import Mapping

from waybill_common.ledger import Split
from waybill_local.affinity import MOST, SplitStart, Stands, choose

TOPIC = "a_topic"


def at(*places: tuple[int, int]) -> list[SplitStart]:
    return [(TOPIC, *place) for place in places]


def left(starts: Mapping[tuple[int, int], int]) -> dict[SplitStart, int]:
    return {(TOPIC, *start): index for start, index in starts.items()}


def stands(*ends: tuple[int, int]) -> Stands:
    """After splits of these partitions, which ended there."""
    made = Stands()
    for partition, end in ends:
        made.go_on(TOPIC, 1, [Split(partition=partition, start=0, end=end)])
    return made


def test_a_split_goes_to_the_worker_that_stands_where_it_begins() -> None:
    one, other = stands((0, 5)), stands((1, 7))
    assert choose([one, other], [], left({(1, 7): 4, (0, 5): 3})) == (one, 3)
    assert choose([other], [one], left({(0, 5): 3, (1, 7): 4})) == (other, 4)


def test_a_free_worker_leaves_to_a_busy_one_what_that_one_goes_on_with_if_there_is_more() -> None:
    assert choose([stands()], [stands((0, 5))], left({(0, 5): 0, (2, 0): 1}))[1] == 1


def test_no_worker_waits_for_a_split_that_suits_it_better() -> None:
    assert choose([stands()], [stands((0, 5))], left({(0, 5): 0}))[1] == 0


def test_the_first_of_the_others_is_next() -> None:
    assert choose([stands((9, 9))], [], left({(3, 0): 0, (4, 0): 1}))[1] == 0


def test_a_worker_whose_consumers_are_all_needed_takes_one_that_does_not_stay() -> None:
    made = stands(*((partition, 1) for partition in range(MOST + 2)))
    assert list(made.places()) == at(*((partition, 1) for partition in range(MOST)))
    made.go_on(TOPIC, 2, [Split(partition=MOST, start=1, end=9)])
    assert list(made.places()) == at(*((partition, 1) for partition in range(MOST)))


def test_a_consumer_that_two_commits_did_not_need_stands_elsewhere() -> None:
    made = stands(*((partition, 1) for partition in range(MOST)))
    made.go_on(TOPIC, 2, [Split(partition=0, start=1, end=2)])
    made.go_on(TOPIC, 3, [Split(partition=MOST, start=0, end=9)])
    assert list(made.places()) == at(*((partition, 1) for partition in range(2, MOST)), (0, 2), (MOST, 9))


def test_several_splits_leave_a_worker_where_it_stands_in_other_partitions() -> None:
    made = stands((0, 5), (1, 7))
    made.go_on(TOPIC, 2, [Split(partition=p, start=5, end=9) for p in (1, 2)])
    assert list(made.places()) == at((0, 5))


def test_several_splits_move_no_consumer_that_stays() -> None:
    made = stands(*((partition, 1) for partition in range(MOST)))
    made.go_on(TOPIC, 9, [Split(partition=p, start=0, end=9) for p in (MOST, MOST + 1)])
    assert list(made.places()) == at(*((partition, 1) for partition in range(MOST)))


def test_partitions_of_another_topic_are_others() -> None:
    one = stands((0, 5))
    assert choose([stands(), one], [], {("another", 0, 5): 7}) == (one, 7)
    one.go_on("another", 2, [Split(partition=0, start=5, end=8)])
    assert list(one.places()) == [(TOPIC, 0, 5), ("another", 0, 8)]
