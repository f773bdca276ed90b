"""Handing a manifest's splits to Spark's executors, and their reports back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog

from waybill_common.errors import SparkFailed, WorkerDied
from waybill_common.ledger import Split, SplitReport
from waybill_common.settings import LogSettings
from waybill_common.terminal import foreign_text
from waybill_delivery.splits import TaskContext, begin_logs, carry_alone, reply_to, report_in, told_by_jvm
from waybill_spark.driver.spark_errors import SPARK_ERRORS, dead_task, is_bug, spark_failed

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def distribute_splits(spark: SparkSession, context: TaskContext, log: LogSettings) -> list[SplitReport]:
    """One task for each split; raises the first error that a task reported, or ``SparkFailed``.

    Where Spark gives up on a task because its workers died, that split is carried alone, and Spark goes on with the
    others: those that were carried before find their objects standing.
    """
    left, reports = list(context.manifest.splits), list[SplitReport]()
    while left:
        try:
            replies = _carried(spark, context, left, log)
        except SPARK_ERRORS as error:
            if is_bug(error):
                raise
            task = dead_task(error)
            if task is None or task >= len(left):
                raise spark_failed(f"carrying commit {context.manifest.number}", error) from error
            split = left.pop(task)
            structlog.get_logger().warning(
                "worker_died",
                commit=context.manifest.number,
                partition=split.partition,
                start=split.start,
                end=split.end,
                next="a process of its own carries this split",
            )
            try:
                reports.append(carry_alone(context, split, log))
            except WorkerDied as died:
                raise SparkFailed(died.found, allowed=died.allowed, remedy=died.remedy) from died
        else:
            return reports + [report_in(reply, context.manifest.format) for reply in replies]
    return reports


def _carried(
    spark: SparkSession, context: TaskContext, splits: Sequence[Split], log: LogSettings
) -> list[str]:
    """Tasks log to their executor's stderr which split they carried: the receipt does not say who did."""

    def carry(index: int) -> str:
        with foreign_text():
            begin_logs(context, log)
            return told_by_jvm(lambda: reply_to(context, splits[index]))

    # No DataFrame: Spark would plan and compile a query for each commit, and its workers import pandas.
    replies: list[str] = spark.sparkContext.parallelize(range(len(splits)), len(splits)).map(carry).collect()
    return replies
