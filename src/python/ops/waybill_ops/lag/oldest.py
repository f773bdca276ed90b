"""When the first undelivered record of each partition was written: one record a partition is read."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE

from waybill_common.kafka import RANGE_READER, RangeReader, Value, librdkafka_config, open_reader
from waybill_common.settings import KafkaSettings

_FETCH_BYTES = 64 * 1024
"""A fetch returns at least one batch, however large that is."""

_NONE = -1
"""Kafka's word for no timestamp."""


def oldest_records(
    settings: KafkaSettings, topic: str, spans: Mapping[int, tuple[int, int]]
) -> dict[int, int]:
    """``{partition: milliseconds}`` of the first record in each ``[start, end)``, for partitions that have one.

    Raises ``KafkaRefused``, or ``KafkaUnavailable`` where partitions were not heard of for ``kafka.timeout``.
    """
    tuning: dict[str, Value] = {"fetch.message.max.bytes": _FETCH_BYTES, "queued.min.messages": 1}
    config = librdkafka_config(settings, {**RANGE_READER, **tuning, "group.id": "waybill-lag"})
    found: dict[int, int] = {}
    with closing(open_reader(config)) as consumer:
        doing = f"reading the oldest undelivered records of {topic}"
        # Where retention is faster, the first record that is left is the oldest one.
        reader = RangeReader(consumer, settings, topic, doing, expired=lambda _partition, _offsets: None)
        for first, *_ in reader.read(spans, first_only=True):
            kind, milliseconds = first.timestamp()
            if kind != TIMESTAMP_NOT_AVAILABLE and milliseconds != _NONE:
                found[int(first.partition() or 0)] = milliseconds
    return found
