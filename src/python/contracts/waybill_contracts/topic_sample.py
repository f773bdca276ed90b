"""Records of a topic to learn from: the newest of each partition, read once, with no group and nothing written."""

from __future__ import annotations

import time
from contextlib import closing

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from waybill_common.kafka import (
    RANGE_READER,
    RangeReader,
    existing_topic,
    headers_of,
    librdkafka_config,
    open_reader,
    watermarks,
)
from waybill_common.settings import KafkaSettings
from waybill_contracts.drafting import SampleRecord
from waybill_contracts.judging import KafkaInput

GROUP = "waybill-contract-init"
"""librdkafka wants a name. Nobody joins it and nothing is committed, so no broker ever hears of it."""


def records_in_topic(kafka: KafkaSettings, topic: str, most: int, seconds: float) -> list[SampleRecord]:
    """At most so many, for about so long. Raises ``TopicRefused``, ``KafkaRefused`` and ``KafkaUnavailable``."""
    known = existing_topic(
        kafka,
        topic,
        allowed="a topic that is there.",
        remedy="check --topic and kafka.bootstrap_servers; nothing was made.",
    )
    each = max(1, most // known.partitions)
    marks = watermarks(kafka, topic, range(known.partitions))
    spans = {p: (max(start, end - each), end) for p, (start, end) in marks.items()}
    config = librdkafka_config(kafka, {**RANGE_READER, "group.id": GROUP})
    found: list[SampleRecord] = []
    deadline = time.monotonic() + seconds
    with closing(open_reader(config)) as consumer:
        reader = RangeReader(
            consumer, kafka, topic, f"reading a sample of {topic}", expired=lambda _partition, _offsets: None
        )
        for messages in reader.read(spans):
            found += [_record(one) for one in messages]
            if len(found) >= most or time.monotonic() > deadline:
                break
    return found[:most]


def _record(message: Message) -> SampleRecord:
    kind, milliseconds = message.timestamp()
    record = KafkaInput(
        message.value(),
        message.key(),
        tuple(headers_of(message)),
        -1 if kind == TIMESTAMP_NOT_AVAILABLE else milliseconds,
    )
    return SampleRecord(record, f"partition {message.partition()}, offset {message.offset()}")
