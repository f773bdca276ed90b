"""Records of a topic to learn from: the newest of each partition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from waybill_common.errors import TopicRefused
from waybill_common.kafka import Topic, existing_topic, watermarks
from waybill_common.settings import KafkaSettings
from waybill_contracts.drafting import SampleRecord
from waybill_contracts.newest_records import newest_records


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
    found = [
        SampleRecord(one.record, f"partition {one.partition}, offset {one.offset}")
        for one in newest_records(kafka, topic, spans, most, seconds)
    ]
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
