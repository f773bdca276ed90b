"""Kafka: one source for librdkafka's and Spark's client settings, and what is asked of topics."""

from __future__ import annotations

from waybill_common.kafka.client_config import Value
from waybill_common.kafka.client_config import librdkafka_config
from waybill_common.kafka.java_client import spark_options
from waybill_common.kafka.topic_state import TopicState
from waybill_common.kafka.topics import Topic
from waybill_common.kafka.topics import describe_topic
from waybill_common.kafka.topics import ensure_topic
from waybill_common.kafka.topics import offsets_at
from waybill_common.kafka.topics import topic_id
from waybill_common.kafka.topics import topic_state
from waybill_common.kafka.topics import watermarks

__all__ = [
    "Topic",
    "TopicState",
    "Value",
    "describe_topic",
    "ensure_topic",
    "librdkafka_config",
    "offsets_at",
    "spark_options",
    "topic_id",
    "topic_state",
    "watermarks",
]
