"""What is said where Spark itself failed. The texts are Spark 4.2's and Py4J's, seen in runs."""

from __future__ import annotations

import pytest

from waybill_common.errors import KafkaRefused, KafkaUnavailable, SparkFailed, WaybillError
from waybill_spark.driver.spark_errors import is_bug, spark_failed

LOST = """An error occurred while calling z:org.apache.spark.api.python.PythonRDD.collectAndServe.
: org.apache.spark.SparkException: Job aborted due to stage failure: Python worker exited unexpectedly (crashed).
\tat org.apache.spark.api.python.BasePythonRunner$ReaderIterator.handleEndOfDataSection(PythonRunner.scala:1)
"""
BUG = """An error occurred while calling z:org.apache.spark.api.python.PythonRDD.collectAndServe.
: org.apache.spark.api.python.PythonException: Traceback (most recent call last):
  File "spread.py", line 1, in carry
KeyError: 7
"""
QUERY = """
File file:/tmp/waybill-checkpoint/commits does not exist.

=== Streaming Query ===
Identifier: [id = b32cebaf]
"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (LOST, "org.apache.spark.SparkException: Job aborted due to stage failure: Python worker exited"),
        (QUERY, "File file:/tmp/waybill-checkpoint/commits does not exist."),
        ("", "RuntimeError."),
    ],
    ids=["a lost worker", "a query", "no text"],
)
def test_what_spark_says_first_is_passed_on(text: str, reason: str) -> None:
    error = spark_failed("carrying commit 3", RuntimeError(text))
    assert isinstance(error, SparkFailed)
    assert error.found.startswith(f"Spark failed at carrying commit 3: {reason}")
    assert "\n" not in error.found


@pytest.mark.parametrize(
    ("text", "bug"), [(LOST, False), (QUERY, False), (BUG, True)], ids=["lost", "query", "bug"]
)
def test_only_a_traceback_out_of_a_task_is_a_bug(text: str, bug: bool) -> None:
    assert is_bug(RuntimeError(text)) is bug


KAFKA = "org.apache.kafka.common."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"{KAFKA}errors.SaslAuthenticationException: Authentication failed", KafkaRefused),
        (f"{KAFKA}errors.SslAuthenticationException: SSL handshake failed", KafkaRefused),
        (f"{KAFKA}errors.TopicAuthorizationException: Not authorized to access topics: [t]", KafkaRefused),
        (f"{KAFKA}config.ConfigException: Invalid value x for configuration y", KafkaRefused),
        (f"{KAFKA}KafkaException: Failed to load SSL keystore /s.p12 of type PKCS12", KafkaRefused),
        (f"{KAFKA}errors.TimeoutException: Timed out waiting for a node assignment", KafkaUnavailable),
        ("org.apache.spark.SparkException: Job aborted due to stage failure", SparkFailed),
    ],
    ids=["SASL", "TLS", "rights", "configuration", "keystore", "time", "job"],
)
def test_what_kafka_refused_spark_is_told_apart(text: str, kind: type[WaybillError]) -> None:
    found = spark_failed(
        "planning a batch", RuntimeError(f"An error occurred while calling o1.x.\n: Caused by: {text}\n\tat")
    )
    assert type(found) is kind
    assert text.rpartition(": ")[2] in found.found or kind is SparkFailed
