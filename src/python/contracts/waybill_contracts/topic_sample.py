"""Records of a topic to learn from: the newest of each partition, read once, with no group and nothing written."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from waybill_common.errors import TopicRefused
from waybill_common.kafka import (
    RANGE_READER,
    RangeReader,
    Topic,
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

_MOST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class TopicSample:
    """Some of the newest records. ``offsets`` are all that the topic has, those of transactions' marks among them."""

    topic: Topic
    offsets: int
    records: list[SampleRecord]


def records_in_topic(kafka: KafkaSettings, topic: str, most: int, seconds: float) -> list[SampleRecord]:
    """At most so many, for about so long. Raises ``TopicRefused``, ``KafkaRefused`` and ``KafkaUnavailable``."""
    return sample_of_topic(kafka, topic, most, seconds).records


def sample_of_topic(
    kafka: KafkaSettings,
    topic: str,
    most: int,
    seconds: float,
    usable: Callable[[Topic], object] = lambda _topic: None,
) -> TopicSample:
    """The same with the topic; ``usable`` raises for one of which nothing is to be read."""
    known = existing_topic(
        kafka,
        topic,
        allowed="a topic that is there.",
        remedy="check --topic and kafka.bootstrap_servers; nothing was made.",
    )
    usable(known)
    each = max(1, most // known.partitions)
    marks = watermarks(kafka, topic, range(known.partitions))
    spans = {p: (max(start, end - each), end) for p, (start, end) in marks.items()}
    found = newest_records(kafka, topic, spans, most, seconds)
    return TopicSample(known, sum(end - start for start, end in marks.values()), found)


def require_records(sample: TopicSample) -> None:
    """Raises ``TopicRefused`` for a topic that shows none."""
    if not sample.records:
        raise TopicRefused(
            f"Topic {sample.topic.name} has no record{' that is committed' if sample.offsets else ''}: nothing can be "
            "learned from it.",
            allowed="a topic with one record or more.",
            remedy="wait for its first records, learn from a file by --from-sample, or begin by --format text. Nothing "
            "was written.",
        )


def newest_records(
    kafka: KafkaSettings, topic: str, spans: Mapping[int, tuple[int, int]], most: int, seconds: float
) -> list[SampleRecord]:
    """Of these offsets by partition. Raises ``KafkaRefused`` and ``KafkaUnavailable``."""
    config = librdkafka_config(kafka, {**RANGE_READER, "group.id": GROUP})
    found: list[SampleRecord] = []
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


def _record(message: Message) -> SampleRecord:
    kind, milliseconds = message.timestamp()
    record = KafkaInput(
        message.value(),
        message.key(),
        tuple(headers_of(message)),
        -1 if kind == TIMESTAMP_NOT_AVAILABLE else milliseconds,
    )
    return SampleRecord(record, f"partition {message.partition()}, offset {message.offset()}")
