"""One run: recover, then stream until the trigger or the user says that it is enough."""

from __future__ import annotations

import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from waybill_common.contract import STREAMS
from waybill_common.kafka import Topic, ensure_topic, spark_options, topic_state
from waybill_common.lake import check_conditional_writes, open_lake
from waybill_common.ledger import (
    Journal,
    Layout,
    ManifestPlan,
    check_may_backfill,
    check_names,
    check_not_compacted,
    check_same_stream,
    check_same_topic,
)
from waybill_common.settings import Settings
from waybill_common.version import VERSION
from waybill_delivery.backfilling import Backfill, deliver_range, find_range
from waybill_delivery.leftovers import remove_leftovers
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.run_summary import RunSummary
from waybill_delivery.splits.task import TaskContext
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
    lake = open_lake(settings.lake, settings.stream.name)
    check_conditional_writes(lake)
    journal = Journal(lake, writer=uuid.uuid4().hex)
    position = journal.position()
    plan = _plan(settings, journal.writer)
    begun = position.number > 0 or position.open is not None
    check_same_stream(position, plan.contract.stream, plan.topic)
    if not begun:
        check_names(plan.topic, settings.kafka.partitions, lake.address, is_local=lake.local_root is not None)
    topic = _usable_topic(settings, create=not begun and backfill is None)
    check_same_topic(position, topic.id)
    offset_range = backfill and find_range(settings.kafka, topic_state(settings.kafka, topic.name), backfill)
    if offset_range:
        check_may_backfill(offset_range, position, journal.first(), lake.address)
    remove_leftovers(lake, position)
    spark = initialize_spark_session()
    summary = RunSummary()
    delivery = DeliveryLoop(
        journal=journal,
        plan=plan,
        registry=STREAMS[settings.stream.name],
        topic=lambda: topic_state(settings.kafka, topic.name),
        carry=lambda manifest, contract: distribute_splits(
            spark,
            TaskContext(manifest, contract, settings.kafka, lake, settings.delivery.accept_loss),
            settings.log,
        ),
        position=position,
        closed=summary.add,
    )
    try:
        if offset_range:
            deliver_range(delivery, offset_range)
            return summary
        delivery.reach(position.frontier, stop.asked)
        if stop.asked():
            return summary
        with tempfile.TemporaryDirectory(prefix="waybill-checkpoint-") as folder:
            sink = BatchSink(delivery, Path(folder), topic.name, stop.asked)
            frame = get_streaming_dataframe(
                spark, settings.kafka, settings.delivery, topic.name, _start(delivery)
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


def _usable_topic(settings: Settings, *, create: bool) -> Topic:
    """Created only for a lake that is new: under a ledger, a missing topic was deleted."""
    kafka = settings.kafka if create else settings.kafka.model_copy(update={"create_topics": False})
    topic = ensure_topic(kafka, settings.stream.topic, partitions=kafka.partitions)
    check_not_compacted(topic.name, topic.cleanup_policy)
    return topic


def _plan(settings: Settings, writer: str) -> ManifestPlan:
    return ManifestPlan(
        topic=settings.stream.topic,
        contract=STREAMS[settings.stream.name].current,
        layout=Layout(
            row_group_rows=settings.delivery.row_group_rows,
            compression=settings.delivery.compression,
        ),
        rows_per_object=settings.delivery.rows_per_object,
        accept_loss=settings.delivery.accept_loss,
        writer=writer,
        release=VERSION,
    )
