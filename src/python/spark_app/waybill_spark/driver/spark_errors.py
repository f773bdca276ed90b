"""What a failure of Spark's means: a lost executor or worker is no bug, and another run goes on."""

from __future__ import annotations

import re

from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # it ships no types
from pyspark.errors import PySparkException

from waybill_common.errors import KafkaRefused, KafkaUnavailable, SparkFailed, WaybillError
from waybill_common.redaction import beginning

_REFUSED = re.compile(
    r"(?:errors\.(?:\w*Authentication|\w*Authorization|InvalidTopic|InvalidConfiguration)Exception"
    r"|config\.ConfigException|KafkaException: Failed to load SSL)[^\n]*"
)
"""Exceptions of ``org.apache.kafka.common`` that no retry helps."""

_SILENT = re.compile(r"kafka\.common\.errors\.(?:Timeout|Disconnect|Network)Exception[^\n]*")

SPARK_ERRORS = (Py4JError, PySparkException)

_GIVEN_UP = re.compile(r"Task (\d+) in stage \S+ failed \d+ times")
_DEATHS = ("Python worker exited unexpectedly", "ExecutorLostFailure")
"""Spark's words for a worker that died, and for an executor that a task took with it."""


def is_bug(error: Exception) -> bool:
    """Whether a task raised: tasks hand over errors of ours as data, so a Python traceback means a bug."""
    return "Traceback (most recent call last)" in str(error)


def dead_task(error: Exception) -> int | None:
    """The number of the task that Spark gave up on because the processes that carried it died, if that is why."""
    text = str(error)
    found = _GIVEN_UP.search(text)
    return int(found[1]) if found and any(words in text for words in _DEATHS) else None


def spark_failed(doing: str, error: Exception) -> WaybillError:
    """The error to raise instead; Spark has logged its own with the JVM's stack.

    Where Kafka refused Spark's own client, it is ``KafkaRefused``: another try gets the same answer. Where Kafka did
    not answer, it is ``KafkaUnavailable``, even if Kafka answers again by now.
    """
    refused = _REFUSED.search(str(error))
    if refused is not None:
        return KafkaRefused(
            f"Kafka refused Spark's Java client while {doing}: {beginning(refused[0], 500).rstrip('.')}.",
            allowed="the connection that Waybill's own client has, by the properties that docs/security.md lists for "
            "Spark, and its rights.",
            remedy="correct kafka.properties and kafka.secrets, or what the message names.",
        )
    silent = _SILENT.search(str(error))
    if silent is not None:
        return KafkaUnavailable(
            f"Kafka did not answer Spark's Java client while {doing}: {beginning(silent[0], 500).rstrip('.')}.",
            allowed="an answer within kafka.timeout.",
            remedy="check that the brokers run and that kafka.bootstrap_servers names them; run again, an open "
            "commit is finished first.",
        )
    return SparkFailed(
        f"Spark failed at {doing}: {_reason(error)}.",
        allowed="a master that answers; workers, executors and temporary files that stay until a task is done. A task "
        "is tried as often as spark.task.maxFailures says, on local[*] once, on local[*,4] four times.",
        remedy="look for the first error in the logs of driver and executors, often a lack of memory or disk; run "
        "again, an open commit is finished first.",
    )


def _reason(error: Exception) -> str:
    """Py4J's first line says only what it called; the JVM's message begins with a colon on the second."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = [line.removeprefix(": ") for line in lines if line.startswith(": ")]
    return beginning((said or lines or [type(error).__name__])[0], 500).rstrip(".")
