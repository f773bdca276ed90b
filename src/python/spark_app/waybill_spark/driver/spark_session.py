"""The Spark session."""

from __future__ import annotations

from pyspark.sql import SparkSession

from waybill_common.settings import blank_settings
from waybill_spark.driver.jvm_log import make_printable
from waybill_spark.driver.spark_errors import SPARK_ERRORS, spark_failed

APPLICATION = "SparkStructuredStreamingToS3"


def initialize_spark_session() -> SparkSession:
    """The session that spark-submit configured; master, jars and Python come from there. Raises ``SparkFailed``."""
    builder = (
        SparkSession.builder.appName(APPLICATION)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.streaming.metricsEnabled", "false")
    )
    try:
        session = builder.getOrCreate()
    except SPARK_ERRORS as error:
        raise spark_failed("starting", error) from error
    # Its workers are told what they need with each task; on local[*] they would inherit all that the JVM has.
    session.sparkContext.environment.update(blank_settings())
    make_printable(session.sparkContext._jvm)  # noqa: SLF001  # PySpark has no other way to the JVM
    return session
