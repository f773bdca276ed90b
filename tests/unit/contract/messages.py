"""Kafka records as confluent-kafka hands them out."""

from __future__ import annotations

from confluent_kafka import Message


def message(offset: int, timestamp: int, value: bytes | None) -> Message:
    """A record without key and headers; ``timestamp`` in milliseconds."""
    return Message(topic="names_topic", offset=offset, value=value, timestamp=(1, timestamp))
