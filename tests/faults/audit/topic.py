"""A topic's records as a ``read_committed`` reader sees them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from confluent_kafka import Consumer, Message, TopicPartition

BOUND_SECONDS = 60.0

Place = tuple[int, int]
"""Partition and offset."""


@dataclass(frozen=True)
class Logged:
    """One record."""

    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes | None]


def read_topic(brokers: str, topic: str) -> dict[Place, Logged]:
    """Every committed record from the log start to the last stable offset of now."""
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": "faults-audit",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "auto.offset.reset": "error",
            "fetch.wait.max.ms": 10,
            "log_level": 0,
        }
    )
    try:
        found = consumer.list_topics(topic, timeout=30).topics[topic].partitions
        places = [TopicPartition(topic, one) for one in found]
        marks = {one.partition: consumer.get_watermark_offsets(one, timeout=30) for one in places}
        ends = {one: high for one, (low, high) in marks.items() if high > low}
        if not ends:
            return {}
        consumer.assign([TopicPartition(topic, one, marks[one][0]) for one in ends])
        records: dict[Place, Logged] = {}
        deadline = time.monotonic() + BOUND_SECONDS
        here = [TopicPartition(topic, one) for one in ends]
        while any(at.offset < ends[at.partition] for at in consumer.position(here)):
            assert time.monotonic() < deadline, f"{topic} was not read to its end"
            for message in consumer.consume(5000, 0.1):
                if message.error() is None:
                    place, logged = _logged(message)
                    assert place not in records
                    records[place] = logged
        return {place: one for place, one in records.items() if place[1] < ends[place[0]]}
    finally:
        consumer.close()


def _logged(message: Message) -> tuple[Place, Logged]:
    partition, offset = message.partition(), message.offset()
    assert partition is not None
    assert offset is not None
    headers = dict(message.headers() or ())
    return (partition, offset), Logged(message.key(), message.value(), headers)  # type: ignore[arg-type]
