"""When the first undelivered record of each partition was written: one record a partition is read."""

from __future__ import annotations

import time
from collections.abc import Mapping

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE
from confluent_kafka import KafkaError
from confluent_kafka import Message
from confluent_kafka import TopicPartition

from waybill_common.kafka import Reader
from waybill_common.kafka import failure
from waybill_common.kafka import librdkafka_config
from waybill_common.kafka import may_pass
from waybill_common.kafka import open_reader
from waybill_common.kafka import refusal
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

    Raises ``KafkaRefused``, or ``KafkaUnavailable`` where not every partition was heard of within ``kafka.timeout``.
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
                if (
                    partition in waiting
                    and partition not in done
                    and _is_answer(message, settings, topic, consumer)
                ):
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
            elif (refused := refusal(settings, _doing(topic), consumer.told)) is not None:
                raise refused
            elif time.monotonic() > deadline:
                why = f"nothing came from partitions {sorted(waiting)}"
                raise failure(settings, _doing(topic), why, consumer.told)
    finally:
        consumer.close()
    return found


def _consumer(settings: KafkaSettings) -> Reader:
    return open_reader(
        librdkafka_config(
            settings,
            {
                "group.id": "waybill-lag",
                "isolation.level": "read_committed",
                "auto.offset.reset": "error",
                "enable.partition.eof": True,
                "fetch.message.max.bytes": _FETCH_BYTES,
                "queued.min.messages": 1,
            },
        )
    )


def _is_answer(message: Message, settings: KafkaSettings, topic: str, consumer: Reader) -> bool:
    """A record, or word that there is none. Raises ``KafkaUnavailable`` for what waiting does not mend."""
    error = message.error()
    if error is None or error.code() in _NOTHING_THERE:
        return True
    if may_pass(error):
        return False
    raise failure(settings, _doing(topic), error, consumer.told, topic=topic)


def _doing(topic: str) -> str:
    return f"reading the oldest undelivered records of {topic}"
