"""The producer's librdkafka configuration and the topics that it writes to."""

from __future__ import annotations

import structlog
from confluent_kafka import KafkaException
from confluent_kafka import Producer

from waybill_common.errors import SettingsRefused
from waybill_common.errors import TopicRefused
from waybill_common.kafka import Topic
from waybill_common.kafka import Value
from waybill_common.kafka import ensure_topic
from waybill_common.kafka import librdkafka_config
from waybill_common.settings import KafkaSettings
from waybill_common.settings import Settings
from waybill_common.settings import StreamSettings
from waybill_producer.source.fetch import BODY_LIMIT

TRANSACTION_TIMEOUT_MS = 60_000
"""After this the broker aborts a dead producer's transaction, which till then holds back every reader."""

_LARGEST_RECORD = BODY_LIMIT + 64 * 1024
"""A dead letter is at most a whole body, with its headers."""

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
        "message.max.bytes": _LARGEST_RECORD,
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
    kafka, stream = settings.kafka, settings.stream
    durable = {"min.insync.replicas": str(max(1, min(2, kafka.replication_factor - 1)))}
    kept = {**durable, "cleanup.policy": "delete"}
    topic = ensure_topic(kafka, stream.topic, partitions=kafka.partitions, config=kept)
    dead = ensure_topic(
        kafka,
        stream.dead_topic,
        partitions=kafka.partitions,
        config={**kept, "retention.ms": "-1", "max.message.bytes": str(_LARGEST_RECORD)},
    )
    for one in (topic, dead):
        if "compact" in one.cleanup_policy:
            raise TopicRefused(
                f"Topic {one.name} has cleanup.policy = {one.cleanup_policy}: Kafka would drop records from it.",
                allowed="cleanup.policy = delete.",
                remedy=f"set it on {one.name}, or name another topic in stream.topic.",
            )
    cursor = ensure_topic(
        kafka,
        stream.cursor_topic,
        partitions=1,
        config={
            **durable,
            "cleanup.policy": "compact",
            "segment.bytes": "1048576",
            "min.cleanable.dirty.ratio": "0.1",
        },
    )
    if cursor.cleanup_policy != "compact" or cursor.partitions != 1:
        raise TopicRefused(
            f"Topic {cursor.name} has {cursor.partitions} partitions and cleanup.policy = {cursor.cleanup_policy}.",
            allowed="one partition and cleanup.policy = compact, so that the last cursor is unambiguous and stays.",
            remedy="delete it if it holds no cursor, and let the producer create it.",
        )
    return topic
