"""The Spark session."""

from __future__ import annotations

from pyspark.sql import SparkSession

APPLICATION = "SparkStructuredStreamingToS3"


def initialize_spark_session() -> SparkSession:
    """The session that spark-submit configured; master, jars and Python come from there."""
    return (
        SparkSession.builder.appName(APPLICATION)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.streaming.metricsEnabled", "false")
        .getOrCreate()
    )
