"""Which hands of splits a task of Spark's carries."""

from __future__ import annotations

import pytest

from waybill_common.ledger import Split
from waybill_spark.driver.distribute import tasks_of

HANDS = [(Split(partition=p, start=0, end=10),) for p in range(9)]


@pytest.mark.parametrize(
    ("hands", "cores", "in_each"),
    [
        (4, 2, [2, 2]),
        (2, 2, [1, 1]),
        (3, 2, [2, 1]),
        (1, 2, [1]),
        (9, 2, [2, 2, 2, 2, 1]),
        (4, 8, [1, 1, 1, 1]),
        (0, 2, []),
    ],
    ids=["two for a core", "one for a core", "not in equal parts", "one", "many", "many cores", "none"],
)
def test_a_core_gets_one_task_while_that_has_few_hands(hands: int, cores: int, in_each: list[int]) -> None:
    tasks = tasks_of(HANDS[:hands], cores)
    assert [len(task) for task in tasks] == in_each
    assert {hand for task in tasks for hand in task} == {*HANDS[:hands]}
