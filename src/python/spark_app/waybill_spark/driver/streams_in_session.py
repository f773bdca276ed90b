"""A run of several streams in one session. Each commit is a job of its own, each stream a pool of Spark's scheduler."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waybill_common.kafka import spark_options
from waybill_common.settings import LogSettings, Settings
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.several import StreamsSummary, deliver_streams
from waybill_delivery.splits import SplitOutcome, SplitsDropped, TaskContext
from waybill_delivery.stop_signals import StopSignals
from waybill_spark.driver.distribute import distribute_splits
from waybill_spark.driver.spark_session import initialize_spark_session
from waybill_streams.chosen_streams import StreamsByName

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def run_several(settings: Settings, streams: StreamsByName, stop: StopSignals) -> StreamsSummary:
    """Deliver each of ``streams``, by its own settings. The run itself looks at the topics: Spark plans no batches."""
    spark_options(settings.kafka)  # refused before data moves, as for one stream
    spark = initialize_spark_session(shared=True)
    try:
        engine = SparkEngine(spark, settings.log)
        return deliver_streams(streams, engine, stop, {name: _Unwatched() for name in streams})
    finally:
        stop.work_done()
        spark.stop()


@dataclass
class SparkEngine:
    spark: SparkSession
    log: LogSettings
    _drops: threading.Event = field(default_factory=threading.Event)

    def carry(self, context: TaskContext) -> list[SplitOutcome]:
        if self._drops.is_set():
            raise SplitsDropped(f"commit {context.manifest.number} of {context.manifest.stream}")
        # Of this thread alone, as PySpark has one of the JVM's for each of Python's.
        self.spark.sparkContext.setLocalProperty("spark.scheduler.pool", context.manifest.stream)
        return distribute_splits(self.spark, context, self.log)

    def drop_what_is_not_begun(self) -> None:
        """Of a commit that Spark has begun all tasks are carried."""
        self._drops.set()


class _Unwatched:
    """The application has no status pages."""

    def follow(self, delivery: DeliveryLoop) -> None: ...
    def beside(self, delivery: DeliveryLoop) -> None: ...
    def idle(self, delivery: DeliveryLoop) -> None: ...
    def ended(self, why: str | None) -> None: ...
