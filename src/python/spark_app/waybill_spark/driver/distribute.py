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


_TASKS_FOR_A_CORE = 2
"""A commit is as slow as its slowest core: with some tasks for each, those that are fast carry more of them."""


def distribute_splits(spark: SparkSession, context: TaskContext, log: LogSettings) -> list[SplitOutcome]:
    """Small splits share tasks; raises the first error that a task reported, or ``SparkFailed``.

    Where Spark gives up on a task because its workers died, each of its splits gets a task of its own, and one that had
    is carried alone; Spark goes on with the others: those that were carried before find their objects standing.
    """
    cores = spark.sparkContext.defaultParallelism
    left = deal(context.splits, cores * _TASKS_FOR_A_CORE, context.longest)
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
            splits = left.pop(task)
            if len(splits) > 1:
                _say_who_died(context, splits, "each of these splits gets a task of its own")
                left += [(split,) for split in splits]
                continue
            _say_who_died(context, splits, "a process of its own carries this split")
            try:
                reports.append(carry_alone(context, splits[0], log))
            except WorkerDied as died:
                raise SparkFailed(died.found, allowed=died.allowed, remedy=died.remedy) from died
        else:
            return reports + [report_in(reply, context.manifest.format) for reply in replies]
    return reports


def _carried(
    spark: SparkSession, context: TaskContext, tasks: Sequence[Sequence[Split]], log: LogSettings
) -> list[str]:
    """Tasks log to their executor's stderr which splits they carried: the receipt does not say who did."""

    def carry(index: int) -> list[str]:
        with foreign_text():
            begin_logs(context, log)
            return told_by_jvm(lambda: replies_to(context, tasks[index]))

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
