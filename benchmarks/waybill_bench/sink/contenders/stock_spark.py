"""Run by spark-submit: Spark's own Kafka source and from_json into one of its streaming sinks, until all is delivered.

Prints the query's progress, one JSON object a micro-batch. Beside ``spark.conf`` this is all of its tuning.
"""

from __future__ import annotations

import argparse
import json

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, from_json, to_date
from pyspark.sql.types import StructType

# As much in one poll as a fetch brings, and fetches that are worth the trip.
CONSUMER = {
    "kafka.isolation.level": "read_committed",
    "kafka.max.poll.records": "20000",
    "kafka.max.partition.fetch.bytes": "8388608",
    "kafka.fetch.min.bytes": "1048576",
    "kafka.fetch.max.wait.ms": "100",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sink", choices=("parquet", "delta"), required=True)
    parser.add_argument("--lake", required=True)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--bootstrap-servers", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--schema", type=json.loads, required=True)
    parser.add_argument("--offsets-per-commit", required=True)
    parser.add_argument("--offsets-per-task", required=True)
    flags = parser.parse_args()
    spark = SparkSession.builder.appName("stock").getOrCreate()
    # Limits on tasks, not on partitions: so a single or a skewed partition keeps every core busy.
    source = {
        **CONSUMER,
        "kafka.bootstrap.servers": flags.bootstrap_servers,
        "subscribe": flags.topic,
        "startingOffsets": "earliest",
        "maxOffsetsPerTrigger": flags.offsets_per_commit,
        "maxRecordsPerPartition": flags.offsets_per_task,
    }
    event = from_json(col("value").cast("string"), StructType.fromJson(flags.schema))
    rows = (
        spark.readStream.format("kafka")
        .options(**source)
        .load()
        .select(
            event.alias("event"),
            col("partition").alias("kafka_partition"),
            col("offset").alias("kafka_offset"),
            col("timestamp").alias("kafka_timestamp"),
        )
        .select("event.*", "kafka_partition", "kafka_offset", "kafka_timestamp")
        .withColumn("date", to_date("produced_at"))
    )
    query = (
        rows.writeStream.format(flags.sink)
        .partitionBy("date")
        .option("checkpointLocation", flags.checkpoint)
        .option("path", flags.lake)
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()
    for report in query.recentProgress:
        print(report.json)
    spark.stop()


if __name__ == "__main__":
    main()
