"""The newest records of a topic, read once, with no group and nothing written."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from waybill_common.kafka import (
    RANGE_READER,
    RangeReader,
    headers_of,
    librdkafka_config,
    offset_of,
    open_reader,
)
from waybill_common.settings import KafkaSettings
from waybill_contracts.judging import KafkaInput

GROUP = "waybill-contract-init"
"""librdkafka wants a name. Nobody joins it and nothing is committed, so no broker ever hears of it."""

_MOST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class NewestRecord:
    partition: int
    offset: int
    record: KafkaInput


def newest_records(
    kafka: KafkaSettings, topic: str, spans: Mapping[int, tuple[int, int]], most: int, seconds: float
) -> list[NewestRecord]:
    """Of these offsets by partition, at most so many, for about so long. Raises ``KafkaRefused`` and
    ``KafkaUnavailable``.
    """
    config = librdkafka_config(kafka, {**RANGE_READER, "group.id": GROUP})
    found: list[NewestRecord] = []
    size, deadline = 0, time.monotonic() + seconds
    with closing(open_reader(config)) as consumer:
        reader = RangeReader(
            consumer, kafka, topic, f"reading a sample of {topic}", expired=lambda _partition, _offsets: None
        )
        for messages in reader.read(spans):
            found += [_record(one) for one in messages]
            size += sum(len(one.value() or b"") for one in messages)
            if len(found) >= most or size > _MOST_BYTES or time.monotonic() > deadline:
                break
    return found[:most]


def _record(message: Message) -> NewestRecord:
    kind, milliseconds = message.timestamp()
    record = KafkaInput(
        message.value(),
        message.key(),
        tuple(headers_of(message)),
        -1 if kind == TIMESTAMP_NOT_AVAILABLE else milliseconds,
    )
    return NewestRecord(int(message.partition() or 0), offset_of(message), record)
