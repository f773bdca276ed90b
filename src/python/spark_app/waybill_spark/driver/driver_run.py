"""One run: recover, then stream until the trigger or the user says that it is enough."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from waybill_common.kafka import spark_options
from waybill_common.settings import Settings
from waybill_delivery.backfilling import Backfill, deliver_range
from waybill_delivery.beginning import begin
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.run_summary import RunSummary
from waybill_delivery.stop_signals import StopSignals
from waybill_spark.driver.distribute import distribute_splits
from waybill_spark.driver.spark_errors import spark_failed
from waybill_spark.driver.spark_session import initialize_spark_session
from waybill_spark.driver.streaming import batch_ends, get_streaming_dataframe, initiate_streaming_to_bucket

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.streaming.query import StreamingQuery

_POLL_SECONDS = 0.2


def run(settings: Settings, stop: StopSignals, backfill: Backfill | None = None) -> RunSummary:
    """Deliver the stream, or only the offset range that is asked for; returns what this run delivered.

    A request to stop takes effect between commits, recovered ones included.
    """
    spark_options(settings.kafka)  # refused before data moves, also the data of an open commit
    begun = begin(settings, backfill)
    spark = initialize_spark_session()
    summary = RunSummary()
    delivery = begun.loop(lambda context: distribute_splits(spark, context, settings.log), summary.add)
    try:
        if begun.offset_range:
            deliver_range(delivery, begun.offset_range)
            return summary
        delivery.reach(delivery.position.frontier, stop.asked)
        if stop.asked():
            return summary
        with tempfile.TemporaryDirectory(prefix="waybill-checkpoint-") as folder:
            sink = BatchSink(delivery, Path(folder), begun.topic, stop.asked)
            frame = get_streaming_dataframe(
                spark, settings.kafka, settings.delivery, begun.topic, _start(delivery)
            )
            query = initiate_streaming_to_bucket(frame, sink, settings.delivery.trigger, Path(folder))
            _await(query, sink, stop.asked)
    finally:
        stop.work_done()
        spark.stop()
    return summary


class BatchSink:
    """What ``foreachBatch`` calls. Holds ``busy`` during commits, so that a stop can wait for the one in hand."""

    def __init__(
        self, delivery: DeliveryLoop, checkpoint: Path, topic: str, should_stop: Callable[[], bool]
    ) -> None:
        self.delivery = delivery
        self._checkpoint = checkpoint
        self._topic = topic
        self._should_stop = should_stop
        self.busy = threading.Lock()
        self.error: BaseException | None = None

    def __call__(self, _frame: DataFrame, batch: int) -> None:
        with self.busy:
            try:
                self.delivery.reach(batch_ends(self._checkpoint, batch, self._topic), self._should_stop)
            except BaseException as error:
                # Py4J would pass on only its text.
                self.error = error
                raise


def _await(query: StreamingQuery, sink: BatchSink, should_stop: Callable[[], bool]) -> None:
    """``StopSignals`` bounds the wait for the commit in hand: stopping the query would wait for it too."""
    while query.isActive and not should_stop():
        time.sleep(_POLL_SECONDS)
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
