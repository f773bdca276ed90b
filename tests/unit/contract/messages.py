"""Kafka records as confluent-kafka hands them out."""

from __future__ import annotations

from collections.abc import Sequence

from confluent_kafka import Message


def message(
    offset: int,
    timestamp: int,
    value: bytes | None,
    key: bytes | None = None,
    headers: Sequence[tuple[str, bytes | None]] = (),
) -> Message:
    """``timestamp`` in milliseconds."""
    return Message(
        topic="names_topic",
        offset=offset,
        value=value,
        key=key,
        headers=[*headers],
        timestamp=(1, timestamp),
    )
