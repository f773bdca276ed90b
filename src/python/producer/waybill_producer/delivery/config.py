"""The producer's librdkafka configuration and the topics that it writes to."""

from __future__ import annotations

import structlog
from confluent_kafka import KafkaException
from confluent_kafka import Producer

from waybill_common.errors import SettingsRefused
from waybill_common.kafka import Topic
from waybill_common.kafka import Value
from waybill_common.kafka import librdkafka_config
from waybill_common.kafka.plan import LARGEST_RECORD
from waybill_common.kafka.plan import require_topic
from waybill_common.kafka.plan import stream_topics
from waybill_common.settings import KafkaSettings
from waybill_common.settings import Settings
from waybill_common.settings import StreamSettings

TRANSACTION_TIMEOUT_MS = 60_000
"""After this the broker aborts a dead producer's transaction, which till then holds back every reader."""

_TUNABLE: dict[str, Value] = {
    "client.id": "waybill-producer",
    "log_level": 6,
    "linger.ms": 20,
    "compression.type": "zstd",
    "partitioner": "murmur2_random",
    "transaction.timeout.ms": TRANSACTION_TIMEOUT_MS,
}


class _ClientLog:
    """librdkafka's own log lines, as events of ours."""

    def log(self, level: int, _format: str, facility: str, client: str, text: str) -> None:
        log = structlog.get_logger()
        (log.error if level >= 40 else log.info)("librdkafka", facility=facility, client=client, text=text)


def transactional_id(stream: StreamSettings) -> str:
    """The same for every producer of the stream, so that a newer one fences an older one. No setting."""
    return f"waybill-{stream.name}-{stream.topic}"


def configure_kafka(settings: KafkaSettings, stream: StreamSettings) -> dict[str, Value]:
    """librdkafka's configuration: what ``kafka.properties`` leaves open, and what delivery rests on.

    The queue holds a whole page and no more is ever in it, so ``produce`` never meets a full queue.
    """
    given = set(settings.properties)
    tunable = {name: value for name, value in _TUNABLE.items() if name not in given}
    if "message.timeout.ms" not in given:
        tunable["message.timeout.ms"] = int(min(settings.timeout * 1000, TRANSACTION_TIMEOUT_MS * 0.75))
    fixed: dict[str, Value] = {
        "transactional.id": transactional_id(stream),
        "acks": "all",
        "allow.auto.create.topics": False,
        "message.max.bytes": LARGEST_RECORD,
        "queue.buffering.max.messages": 20_000,
        "queue.buffering.max.kbytes": 131_072,
    }
    return librdkafka_config(settings, {**tunable, **fixed})


def make_producer(settings: KafkaSettings, stream: StreamSettings) -> Producer:
    """A producer that has not connected yet; raises ``SettingsRefused`` for a property librdkafka does not take."""
    try:
        return Producer(configure_kafka(settings, stream), logger=_ClientLog())
    except KafkaException as error:
        raise SettingsRefused(
            f"librdkafka refuses kafka.properties: {error.args[0].str()}.",
            allowed="the properties and values in librdkafka's CONFIGURATION.md.",
            remedy="correct or remove that property.",
        ) from error


def prepare_topics(settings: Settings) -> Topic:
    """Create what is missing, where that is allowed, and return the events' topic. Raises ``TopicRefused``."""
    plans = stream_topics(settings.kafka, settings.stream)
    events, *_ = [require_topic(settings.kafka, plan) for plan in plans]
    return events
