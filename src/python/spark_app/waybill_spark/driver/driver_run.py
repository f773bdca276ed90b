"""One run: recover, then stream until the trigger or the user says that it is enough."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING

from waybill_common.kafka import spark_options
from waybill_common.settings import Settings
from waybill_delivery.backfilling import Backfill, deliver_range
from waybill_delivery.beginning import Beginning, begin
from waybill_delivery.beginning_at import begin_dataset
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.run_summary import RunSummary
from waybill_delivery.sibling import SiblingDelivery
from waybill_delivery.splits import SplitOutcome, TaskContext
from waybill_delivery.stop_signals import StopSignals
from waybill_delivery.targets import pending, reach_by_commits
from waybill_spark.driver.distribute import distribute_splits
from waybill_spark.driver.spark_errors import spark_failed
from waybill_spark.driver.spark_session import initialize_spark_session
from waybill_spark.driver.streaming import batch_ends, get_streaming_dataframe, initiate_streaming_to_bucket
from waybill_spark.driver.warming import warm_workers

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.streaming.query import StreamingQuery

_POLL_SECONDS = 0.2


def run(settings: Settings, stop: StopSignals, backfill: Backfill | None = None) -> RunSummary:
    """Deliver the stream, or only the offset range that is asked for; returns what this run delivered.

    A request to stop takes effect between commits, recovered ones included.
    """
    spark_options(settings.kafka)  # refused before data moves, also the data of an open commit
    begun, spark = _beginning_and_session(settings, backfill)
    summary = RunSummary()

    def carry(context: TaskContext) -> list[SplitOutcome]:
        return distribute_splits(spark, context, settings.log)

    delivery, sibling = begun.loop(carry, summary), SiblingDelivery(settings, carry, summary)
    try:
        if begun.offset_range:
            deliver_range(delivery, begun.offset_range)
            return summary
        if _has_work(delivery):
            warm_workers(spark, settings.kafka, begun.plan.contract, settings.delivery.split_bytes)
        begin_dataset(delivery, settings.delivery.max_offsets_per_trigger, stop.asked)
        delivery.reach(delivery.position.frontier, stop.asked)
        if stop.asked():
            return summary
        with tempfile.TemporaryDirectory(prefix="waybill-checkpoint-") as folder:
            sink = BatchSink(
                delivery,
                Path(folder),
                begun.topic,
                settings.delivery.max_offsets_per_trigger,
                stop.asked,
            )
            frame = get_streaming_dataframe(
                spark, settings.kafka, settings.delivery, begun.topic, _start(delivery)
            )
            query = initiate_streaming_to_bucket(frame, sink, settings.delivery.trigger, Path(folder))
            _await(query, sink, sibling, stop.asked)
        sibling.deliver(stop.asked)
    finally:
        stop.work_done()
        summary.say_reasons()
        spark.stop()
    return summary


def _beginning_and_session(settings: Settings, backfill: Backfill | None) -> tuple[Beginning, SparkSession]:
    """Lake and topic are asked while Spark starts. What refuses them is raised first, whatever Spark says."""
    with ThreadPoolExecutor(1, thread_name_prefix="begin") as beside:
        beginning = beside.submit(copy_context().run, begin, settings, backfill)
        try:
            spark = initialize_spark_session()
        except Exception:
            beginning.result()
            raise
        try:
            return beginning.result(), spark
        except BaseException:
            spark.stop()
            raise


def _has_work(delivery: DeliveryLoop) -> bool:
    """Whether there is anything to carry now."""
    position = delivery.position
    return position.open is not None or pending(position.frontier, delivery.topic().log_ends) > 0


class BatchSink:
    """What ``foreachBatch`` calls. Holds ``busy`` during commits, so that a stop can wait for the one in hand."""

    def __init__(
        self,
        delivery: DeliveryLoop,
        checkpoint: Path,
        topic: str,
        longest_commit: int,
        should_stop: Callable[[], bool],
    ) -> None:
        self.delivery = delivery
        self._checkpoint = checkpoint
        self._topic = topic
        self._longest_commit = longest_commit
        self._should_stop = should_stop
        self.busy = threading.Lock()
        self.error: BaseException | None = None

    def __call__(self, _frame: DataFrame, batch: int) -> None:
        with self.busy:
            try:
                ends = batch_ends(self._checkpoint, batch, self._topic)
                reach_by_commits(self.delivery, ends, self._longest_commit, self._should_stop)
            except BaseException as error:
                # Py4J would pass on only its text.
                self.error = error
                raise


def _await(
    query: StreamingQuery, sink: BatchSink, sibling: SiblingDelivery, should_stop: Callable[[], bool]
) -> None:
    """Meanwhile the sibling is delivered, between commits. ``StopSignals`` bounds the wait for the commit in hand:
    stopping the query would wait for it too."""
    while query.isActive and not should_stop():
        time.sleep(_POLL_SECONDS)
        if sink.busy.acquire(blocking=False):
            try:
                sibling.deliver_if_due(should_stop)
            finally:
                sink.busy.release()
    if query.isActive:
        with sink.busy:
            query.stop()
    if sink.error is not None:
        raise sink.error
    failure = query.exception()
    if failure is not None and not should_stop():
        # The cause may be that Kafka does not answer or the topic has changed: asking again raises the named error.
        sink.delivery.recover()
        raise spark_failed("planning a batch", failure) from failure


def _start(delivery: DeliveryLoop) -> dict[int, int]:
    """Where Spark begins. The delivery refuses offsets that retention took, or declares them lost."""
    starts = delivery.topic().log_starts
    return {p: max(delivery.position.frontier.get(p, 0), low) for p, low in starts.items()}
