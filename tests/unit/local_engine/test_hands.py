"""Small splits of many partitions go to a worker together, and each by itself where one of them kills it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from unit.local_engine.crew import Crew, context, crew_at_work, splits_of

from waybill_common.errors import KafkaUnavailable
from waybill_common.ledger import Split
from waybill_common.settings import LogSettings
from waybill_delivery.splits import TaskContext
from waybill_local.affinity import MOST
from waybill_local.hands import hands_of
from waybill_local.workers import Workers


@pytest.mark.parametrize(
    ("partitions", "each", "count"), [(4, 1, 2), (4, 30, 2), (2 * MOST, 3, 2), (MOST, 1, 1), (1, 40, 3)]
)
def test_each_split_goes_by_itself_while_workers_have_a_consumer_for_each_partition(
    partitions: int, each: int, count: int, tmp_path: Path
) -> None:
    splits = splits_of(partitions, each)
    assert hands_of(context(tmp_path, splits), count) == [(split,) for split in splits]


@pytest.mark.parametrize(
    ("partitions", "longest", "hands"),
    [(1000, 1_000_000, [248] * 4), (1000, 500, [100] * 9 + [92]), (1000, 5, [1] * 992), (9, 1000, [1])],
    ids=["two for each worker", "no more than a whole split", "each is a whole split", "one too many"],
)
def test_small_splits_of_partitions_beyond_the_consumers_that_stay_go_together(
    partitions: int, longest: int, hands: list[int], tmp_path: Path
) -> None:
    splits = splits_of(partitions)
    found = hands_of(context(tmp_path, splits, longest), 2)
    assert found[: 2 * MOST] == [(split,) for split in splits[: 2 * MOST]]
    assert sorted(map(len, found[2 * MOST :]), reverse=True) == hands


def test_a_split_that_is_not_small_goes_by_itself(tmp_path: Path) -> None:
    small = splits_of(20)
    large = Split(partition=20, start=0, end=10_001)
    found = hands_of(context(tmp_path, [*small, large], 100_000), 2)
    assert (large,) in found
    assert sorted(map(len, found)) == [1] * (2 * MOST + 1) + [3] * 4


def test_splits_of_which_nobody_knows_how_long_a_whole_one_is_go_alone(tmp_path: Path) -> None:
    told = replace(context(tmp_path, splits_of(50)), longest={})
    assert hands_of(told, 2) == [(split,) for split in told.manifest.splits]


@pytest.fixture
def crew() -> Iterator[Crew]:
    with crew_at_work() as made:
        yield made


def carried(crew: Crew, told: TaskContext, count: int = 2) -> list[str]:
    del crew
    return sorted(cast("list[str]", Workers(count, LogSettings()).carry(told)), key=int)


def test_every_split_of_a_hand_is_reported(crew: Crew, tmp_path: Path) -> None:
    assert carried(crew, context(tmp_path, splits_of(20))) == [str(p) for p in range(20)]
    assert sorted(map(len, crew.given)) == [1] * 2 * MOST + [3] * 4


def test_a_worker_that_dies_of_a_hand_leaves_each_of_its_splits_to_be_tried_by_itself(
    crew: Crew, tmp_path: Path
) -> None:
    crew.deadly = frozenset({17})
    assert carried(crew, context(tmp_path, splits_of(20))) == [str(p) for p in range(20)]
    [killing] = [hand for hand in crew.given if 17 in hand and len(hand) > 1]
    by_themselves = sorted(hand[0] for hand in crew.given if len(hand) == 1)
    assert by_themselves == sorted([*range(2 * MOST), *killing, 17, 17])
    assert crew.alone == [17]


def test_the_error_that_a_hand_met_is_raised(crew: Crew, tmp_path: Path) -> None:
    crew.refused = frozenset({13})
    with pytest.raises(KafkaUnavailable, match="a"):
        carried(crew, context(tmp_path, splits_of(20)))


def test_a_hand_is_said_to_have_died_split_by_split(
    crew: Crew, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crew.deadly = frozenset({19})
    carried(crew, context(tmp_path, splits_of(20)))
    hand = next(one for one in crew.given if 19 in one)
    assert len(hand) > 1
    said = capsys.readouterr()
    assert (said.out + said.err).count("worker_died") == len(hand) + 3
