"""Structured Streaming decides when a batch is due and where it ends; the sink does the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming.query import StreamingQuery

from waybill_common.kafka import spark_options
from waybill_common.settings import DeliverySettings, KafkaSettings


def get_streaming_dataframe(
    spark: SparkSession,
    kafka: KafkaSettings,
    delivery: DeliverySettings,
    topic: str,
    start: Mapping[int, int],
) -> DataFrame:
    """The topic from ``start`` on. ``start`` has every partition of the topic.

    A micro-batch has all that is there: the sink delivers it in as many commits as the settings ask for, and none of
    them waits for Spark to plan another micro-batch.
    """
    options = {
        **spark_options(kafka),
        "subscribe": topic,
        "startingOffsets": json.dumps({topic: {str(p): offset for p, offset in start.items()}}),
        "failOnDataLoss": "true",
    }
    if delivery.min_offsets_per_trigger is not None:
        options["minOffsetsPerTrigger"] = str(delivery.min_offsets_per_trigger)
        options["maxTriggerDelay"] = delivery.max_trigger_delay
    return spark.readStream.format("kafka").options(**options).load()


def initiate_streaming_to_bucket(
    frame: DataFrame, sink: Callable[[DataFrame, int], None], trigger: str, checkpoint: Path
) -> StreamingQuery:
    """Start the query. ``trigger`` is ``available-now`` or a processing time such as ``10 seconds``.

    Hadoop takes what follows ``file://`` as it stands: blanks and the like are not to be escaped.
    """
    writer = frame.writeStream.foreachBatch(sink).option("checkpointLocation", f"file://{checkpoint}")
    if trigger == "available-now":
        return writer.trigger(availableNow=True).start()
    return writer.trigger(processingTime=trigger).start()


def batch_ends(checkpoint: Path, batch: int, topic: str) -> dict[int, int]:
    """Where the micro-batch ends: Spark writes the offset log before it calls the sink."""
    last = (checkpoint / "offsets" / str(batch)).read_text().splitlines()[-1]
    return {int(partition): offset for partition, offset in json.loads(last)[topic].items()}
