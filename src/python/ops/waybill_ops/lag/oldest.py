"""When the first undelivered record of each partition was written: one record a partition is read."""

from __future__ import annotations

import time
from collections.abc import Mapping

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE
from confluent_kafka import Consumer
from confluent_kafka import KafkaError
from confluent_kafka import Message
from confluent_kafka import TopicPartition

from waybill_common.errors import KafkaUnavailable
from waybill_common.kafka import librdkafka_config
from waybill_common.settings import KafkaSettings

_POLL_SECONDS = 0.5
_FETCH = 100
_FETCH_BYTES = 64 * 1024
"""A fetch returns at least one batch, however large that is."""

_NONE = -1
"""Kafka's word for no timestamp."""

_NOTHING_THERE = (KafkaError._PARTITION_EOF, KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE)  # noqa: SLF001
"""The rest is transaction markers, or retention was faster: then the offsets themselves say it."""


def oldest_records(
    settings: KafkaSettings, topic: str, spans: Mapping[int, tuple[int, int]]
) -> dict[int, int]:
    """``{partition: milliseconds}`` of the first record in each ``[start, end)``, for partitions that have one.

    Raises ``KafkaUnavailable`` where not every partition was heard of within ``kafka.timeout``.
    """
    waiting = {partition: end for partition, (start, end) in spans.items() if start < end}
    if not waiting:
        return {}
    consumer = _consumer(settings)
    found: dict[int, int] = {}
    deadline = time.monotonic() + settings.timeout
    try:
        consumer.assign([TopicPartition(topic, p, spans[p][0]) for p in waiting])
        while waiting:
            done = set()
            for message in consumer.consume(_FETCH, _POLL_SECONDS):
                partition = int(message.partition() or 0)
                if partition in waiting and partition not in done and _is_answer(message, settings, topic):
                    done.add(partition)
                    kind, milliseconds = message.timestamp()
                    inside = message.error() is None and int(message.offset() or 0) < waiting[partition]
                    if inside and kind != TIMESTAMP_NOT_AVAILABLE and milliseconds != _NONE:
                        found[partition] = milliseconds
            for at in consumer.position([TopicPartition(topic, p) for p in waiting]):
                if at.offset >= waiting[at.partition]:
                    done.add(at.partition)
            for partition in done:
                del waiting[partition]
            if done:
                consumer.incremental_unassign([TopicPartition(topic, p) for p in done])
            elif time.monotonic() > deadline:
                raise _unavailable(settings, topic, f"nothing from partitions {sorted(waiting)}")
    finally:
        consumer.close()
    return found


def _consumer(settings: KafkaSettings) -> Consumer:
    return Consumer(
        librdkafka_config(
            settings,
            {
                "group.id": "waybill-lag",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "error",
                "enable.partition.eof": True,
                "fetch.message.max.bytes": _FETCH_BYTES,
                "queued.min.messages": 1,
            },
        )
    )


def _is_answer(message: Message, settings: KafkaSettings, topic: str) -> bool:
    """A record, or word that there is none. Raises ``KafkaUnavailable`` for what waiting does not mend."""
    error = message.error()
    if error is None or error.code() in _NOTHING_THERE:
        return True
    if error.retriable() or error.code() in (KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN):  # noqa: SLF001
        return False
    raise _unavailable(settings, topic, error.str())


def _unavailable(settings: KafkaSettings, topic: str, why: str) -> KafkaUnavailable:
    return KafkaUnavailable(
        f"The oldest undelivered records of {topic} could not be read from {settings.bootstrap_servers}: {why}.",
        allowed=f"one record of each partition within {settings.timeout:g} s.",
        remedy="check the brokers, kafka.bootstrap_servers and the credentials; then run again.",
    )
