"""The Spark session."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import SparkSession

from waybill_common.settings import blank_settings
from waybill_common.spark_master import LOCAL_IP, listening_conf, on_this_machine
from waybill_spark import worker_daemon
from waybill_spark.driver.jvm_log import make_printable, make_quiet
from waybill_spark.driver.spark_errors import SPARK_ERRORS, spark_failed

APPLICATION = "SparkStructuredStreamingToS3"
_UI = "spark.ui.enabled"
_LOG_LEVEL = "spark.log.level"

_PLAIN: Mapping[str, str] = {
    # Workers are forked by a process that has imported all they need.
    "spark.python.daemon.module": worker_daemon.__name__,
    # A micro-batch is planned for its end offset alone: nothing is computed that compiled code would make faster.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    # Hadoop's other one starts ten processes (chmod, readlink) for each file that it writes.
    "spark.sql.streaming.checkpointFileManagerClass": (
        "org.apache.spark.sql.execution.streaming.checkpointing.FileSystemBasedCheckpointFileManager"
    ),
}


_SHARED: Mapping[str, str] = {"spark.scheduler.mode": "FAIR"}
"""Of a session that carries commits of several streams: each stream is a pool, and all have the same share."""


def initialize_spark_session(*, shared: bool = False) -> SparkSession:
    """The session that spark-submit configured; master, jars and Python come from there. Raises ``SparkFailed``.

    A driver for this machine alone listens on loopback alone, whoever has started it. ``shared``: by several streams.
    """
    builder = (
        SparkSession.builder.appName(APPLICATION)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.streaming.metricsEnabled", "false")
    )
    try:
        given, local_ip = _said()
        own = {**plain(given), **listening(given, local_ip), **(_SHARED if shared else {})}
        for name, value in own.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
    except SPARK_ERRORS as error:
        raise spark_failed("starting", error) from error
    # Its workers are told what they need with each task; on local[*] they would inherit all that the JVM has.
    session.sparkContext.environment.update(blank_settings())
    jvm = session.sparkContext._jvm  # noqa: SLF001  # PySpark has no other way to the JVM
    make_printable(jvm)
    if _LOG_LEVEL not in given:
        make_quiet(jvm)
    return session


def _said() -> tuple[dict[str, str], str | None]:
    """Spark's configuration so far, and ``SPARK_LOCAL_IP``, as the JVM has them."""
    # Not in pyspark-client, whose types and sessions are enough for all else.
    from pyspark import SparkConf, SparkContext

    SparkContext._ensure_initialized()  # noqa: SLF001  # as the builder does in a moment
    local_ip: str | None = SparkContext._jvm.System.getenv(LOCAL_IP)  # noqa: SLF001  # no other way is known
    return dict(SparkConf().getAll()), local_ip


def plain(given: Mapping[str, str]) -> dict[str, str]:
    """What a delivery needs of Spark and no more, where nobody has said otherwise."""
    return {name: value for name, value in _PLAIN.items() if name not in given}


def listening(given: Mapping[str, str], local_ip: str | None) -> dict[str, str]:
    """What a driver listens on, where nobody has said so. The UI, which ``local_ip`` alone binds, goes without."""
    master = given.get("spark.master", "")
    found = listening_conf(master, given, local_ip)
    if on_this_machine(master) and not local_ip and _UI not in given:
        found[_UI] = "false"
    return found
