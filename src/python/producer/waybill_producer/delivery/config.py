"""The producer's librdkafka configuration and the topics that it writes to."""

from __future__ import annotations

from waybill_common.kafka import Topic
from waybill_common.kafka import Value
from waybill_common.kafka.clients import Writer
from waybill_common.kafka.plan import require_topic
from waybill_common.kafka.plan import stream_topics
from waybill_common.kafka.transaction import transactional_config
from waybill_common.kafka.transaction import transactional_producer
from waybill_common.settings import KafkaSettings
from waybill_common.settings import Settings
from waybill_common.settings import StreamSettings


def transactional_id(stream: StreamSettings) -> str:
    """The same for every producer of the stream, so that a newer one fences an older one. No setting."""
    return f"waybill-{stream.name}-{stream.topic}"


def configure_kafka(settings: KafkaSettings, stream: StreamSettings) -> dict[str, Value]:
    """librdkafka's configuration for the stream's one producer. A whole page fits into its queue.

    A record counts as acknowledged once it has left the queue without a failure; a Python call for each that succeeds
    would cost as much as to send it.
    """
    config = transactional_config(settings, transactional_id(stream), "waybill-producer")
    return config | {"delivery.report.only.error": True}


def make_producer(settings: KafkaSettings, stream: StreamSettings) -> Writer:
    """A producer that has not connected yet; raises ``SettingsRefused`` for a property librdkafka does not take."""
    return transactional_producer(settings, configure_kafka(settings, stream))


def prepare_topics(settings: Settings) -> Topic:
    """Create what is missing, where that is allowed, and return the events' topic. Raises ``TopicRefused``."""
    plans = stream_topics(settings.kafka, settings.stream)
    events, *_ = [require_topic(settings.kafka, plan) for plan in plans]
    return events
