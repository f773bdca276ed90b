"""The producer's librdkafka configuration and the topics that it writes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from waybill_common.kafka import (
    Topic,
    Value,
    Writer,
    require_topic,
    stream_topics,
    transactional_config,
    transactional_producer,
)
from waybill_common.settings import KafkaSettings, Settings, StreamSettings
from waybill_producer.publishing.size import KAFKAS_DEFAULT


def transactional_id(stream: StreamSettings) -> str:
    """The same for every producer of the stream, so that a newer one fences an older one. No setting."""
    return f"waybill-{stream.name}-{stream.topic}"


def configure_kafka(
    settings: KafkaSettings, stream: StreamSettings, batch_bytes: int | None = None, *, alone: bool = False
) -> dict[str, Value]:
    """librdkafka's configuration for the stream's one producer.

    ``batch_bytes`` bounds every batch of more than one record; ``alone``: there are none. A record counts as
    acknowledged once it has left the queue without a failure; a Python call for each that succeeds would cost as much
    as to send it.
    """
    config = transactional_config(settings, transactional_id(stream), "waybill-producer", batch_bytes)
    config["delivery.report.only.error"] = True
    if alone:
        config["batch.num.messages"] = 1
    return config


def make_producer(
    settings: KafkaSettings, stream: StreamSettings, batch_bytes: int | None = None, *, alone: bool = False
) -> Writer:
    """A producer that has not connected yet; raises ``SettingsRefused`` for a property librdkafka does not take."""
    return transactional_producer(settings, configure_kafka(settings, stream, batch_bytes, alone=alone))


@dataclass(frozen=True)
class Topics:
    """The events' topic, and ``max.message.bytes`` of all that a page's transaction writes to, by name."""

    events: Topic
    limits: Mapping[str, int]


def prepare_topics(settings: Settings) -> Topics:
    """Create what is missing, where that is allowed. Raises ``TopicRefused``."""
    plans = stream_topics(settings.kafka, settings.stream, settings.producer.dead_retention)
    found = [require_topic(settings.kafka, plan) for plan in plans]
    unknown = [topic.name for topic in found if topic.max_message_bytes is None]
    if unknown:
        structlog.get_logger().warning(
            "the topics do not tell max.message.bytes; Kafka's default is assumed",
            topics=unknown,
            bytes=KAFKAS_DEFAULT,
        )
    return Topics(found[0], {topic.name: topic.max_message_bytes or KAFKAS_DEFAULT for topic in found})
