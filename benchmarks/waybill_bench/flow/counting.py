"""What a ``read_committed`` reader finds in a topic."""

from __future__ import annotations

import time
from collections.abc import Iterator

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from waybill_common.errors import KafkaUnavailable

_SECONDS = 60.0
_BLOCK = 20_000
_END = KafkaError._PARTITION_EOF  # noqa: SLF001  # librdkafka's own codes are public


def count_committed(bootstrap_servers: str, topic: str) -> int:
    """How many records there are. Raises ``KafkaUnavailable`` where they can't be read within a minute."""
    return sum(len(block) for block in committed_blocks(bootstrap_servers, topic))


def committed_blocks(bootstrap_servers: str, topic: str) -> Iterator[list[bytes]]:
    """The values of all records up to the ends of now, some thousands at a time."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap_servers,
            "group.id": "bench",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "error",
        }
    )
    try:
        partitions = consumer.list_topics(topic, timeout=_SECONDS).topics[topic].partitions
        consumer.assign([TopicPartition(topic, partition, 0) for partition in partitions])
        unread, deadline = set(partitions), time.monotonic() + _SECONDS
        while unread:
            if time.monotonic() > deadline:
                raise KafkaUnavailable(
                    f"Topic {topic} could not be read to its end within {_SECONDS:g} s.",
                    allowed="a topic in which no transaction is open.",
                    remedy="see what the broker's log says.",
                )
            block = []
            for message in consumer.consume(_BLOCK, 0.2):
                error = message.error()
                if error is None:
                    block.append(message.value() or b"")
                elif error.code() == _END:
                    unread.discard(message.partition())
                elif not error.retriable():
                    raise KafkaException(error)
            if block:
                yield block
    finally:
        consumer.close()
