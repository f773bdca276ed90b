"""Handing a manifest's splits to Spark's executors, and their reports back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog

from waybill_common.errors import SparkFailed, WorkerDied
from waybill_common.ledger import Split
from waybill_common.settings import LogSettings
from waybill_common.terminal import foreign_text
from waybill_delivery.splits import (
    SplitOutcome,
    TaskContext,
    begin_logs,
    carry_alone,
    deal,
    replies_to,
    report_in,
    told_by_jvm,
)
from waybill_spark.driver.spark_errors import SPARK_ERRORS, dead_task, is_bug, spark_failed

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


_HANDS_FOR_A_CORE = 2
"""Of small splits that are carried side by side."""

_HANDS_FOR_A_TASK = 2
"""One after the other: a worker waits some 12 ms from one task to the next."""

_Hand = tuple[Split, ...]
_Task = tuple[_Hand, ...]


def distribute_splits(spark: SparkSession, context: TaskContext, log: LogSettings) -> list[SplitOutcome]:
    """Small splits share tasks; raises the first error that a task reported, or ``SparkFailed``.

    Where Spark gives up on a task because its workers died, each of its splits gets a task of its own, and one that had
    is carried alone; Spark goes on with the others: those that were carried before find their objects standing.
    """
    cores = spark.sparkContext.defaultParallelism
    left = tasks_of(deal(context.splits, cores * _HANDS_FOR_A_CORE, context.longest), cores)
    reports = list[SplitOutcome]()
    while left:
        try:
            replies = _carried(spark, context, left, log)
        except SPARK_ERRORS as error:
            if is_bug(error):
                raise
            task = dead_task(error)
            if task is None or task >= len(left):
                raise spark_failed(f"carrying commit {context.manifest.number}", error) from error
            splits = [split for hand in left.pop(task) for split in hand]
            if len(splits) > 1:
                _say_who_died(context, splits, "each of these splits gets a task of its own")
                left += [((split,),) for split in splits]
                continue
            _say_who_died(context, splits, "a process of its own carries this split")
            try:
                reports.append(carry_alone(context, splits[0], log))
            except WorkerDied as died:
                raise SparkFailed(died.found, allowed=died.allowed, remedy=died.remedy) from died
        else:
            return reports + [report_in(reply, context.manifest.format) for reply in replies]
    return reports


def tasks_of(hands: Sequence[_Hand], cores: int) -> list[_Task]:
    """As many as there are cores, if there are as many hands, and more where a task would have too many of them."""
    tasks = max(min(len(hands), cores), -(-len(hands) // _HANDS_FOR_A_TASK))
    return [tuple(hands[index::tasks]) for index in range(tasks)]


def _carried(
    spark: SparkSession, context: TaskContext, tasks: Sequence[_Task], log: LogSettings
) -> list[str]:
    """Tasks log to their executor's stderr which splits they carried: the receipt does not say who did."""

    def carry(index: int) -> list[str]:
        with foreign_text():
            begin_logs(context, log)
            return told_by_jvm(lambda: [one for hand in tasks[index] for one in replies_to(context, hand)])

    # No DataFrame: Spark would plan and compile a query for each commit, and its workers import pandas.
    replies = spark.sparkContext.parallelize(range(len(tasks)), len(tasks)).map(carry).collect()
    return [reply for of_task in replies for reply in of_task]


def _say_who_died(context: TaskContext, splits: Sequence[Split], then: str) -> None:
    for split in splits:
        structlog.get_logger().warning(
            "worker_died",
            commit=context.manifest.number,
            partition=split.partition,
            start=split.start,
            end=split.end,
            next=then,
        )
