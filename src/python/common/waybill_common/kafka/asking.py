"""Questions to a cluster whose brokers come and go. Every one is bounded by ``kafka.timeout``.

librdkafka goes on asking the broker that it takes for the controller, or for a partition's leader, while that one is
dead: nothing in such a call asks the others who is it now. So a question has seconds, not the whole time, and is asked
anew with new metadata.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import TypeVar

from confluent_kafka import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from waybill_common.errors import KafkaUnavailable
from waybill_common.kafka.client import Value
from waybill_common.kafka.client import librdkafka_config
from waybill_common.settings import KafkaSettings

Answer = TypeVar("Answer")

UNANSWERED = (KafkaError._TIMED_OUT, KafkaError._TRANSPORT)  # noqa: SLF001  # librdkafka's own codes are public
_FIRST_SECONDS = 3.0
"""For the first question; each one after it has twice as long, for brokers that are alive and slow."""
_PAUSE_SECONDS = 0.1
_GRACE_SECONDS = 5.0
"""By which librdkafka's own time-out comes before ours."""


def ask(
    settings: KafkaSettings,
    question: Callable[[AdminClient, float], Answer],
    doing: str,
    *,
    passing: tuple[int, ...] = UNANSWERED,
) -> Answer:
    """The answer to ``question(admin, seconds)``, asked until ``kafka.timeout`` is over while its error is ``passing``.

    Raises ``KafkaUnavailable`` then, and what the question raised for any other error.
    """
    admin = _admin(tuple(librdkafka_config(settings).items()))
    deadline, seconds = time.monotonic() + settings.timeout, _FIRST_SECONDS
    while True:
        left = max(deadline - time.monotonic(), _PAUSE_SECONDS)
        try:
            return question(admin, min(seconds, left))
        except KafkaException as error:
            if error.args[0].code() not in passing:
                raise
            if time.monotonic() + _PAUSE_SECONDS > deadline:
                raise unavailable(settings, doing, error) from error
        time.sleep(_PAUSE_SECONDS)
        with suppress(KafkaException):  # nobody answered; the next question says so too
            admin.list_topics(timeout=min(_FIRST_SECONDS, max(deadline - time.monotonic(), _PAUSE_SECONDS)))
        seconds *= 2


def result_within(seconds: float) -> float:
    """How long to wait for the future of a request that has ``seconds``."""
    return seconds + _GRACE_SECONDS


def unavailable(settings: KafkaSettings, doing: str, error: KafkaException) -> KafkaUnavailable:
    """The transient error for a call that the cluster did not answer."""
    return KafkaUnavailable(
        f"Kafka at {settings.bootstrap_servers} did not answer while {doing}: {error.args[0].str()}.",
        allowed=f"an answer within {settings.timeout:g} s.",
        remedy="check that the brokers run, kafka.bootstrap_servers names them, and credentials are right; run again.",
    )


# A client is a handful of threads and connections that outlive its last use, so a process keeps one.
@lru_cache(maxsize=2)
def _admin(connection: tuple[tuple[str, Value], ...]) -> AdminClient:
    return AdminClient(dict(connection))
