"""Where the logs begin and end: the log start, and the end that a ``read_committed`` reader sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from confluent_kafka import IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from waybill_common.kafka import ask, failure
from waybill_common.settings import KafkaSettings
from waybill_console.cluster.overview import TopicPlace
from waybill_console.cluster.settled import is_usable, settled

TopicAndPartition = tuple[str, int]
"""Topic and partition."""


@dataclass(frozen=True)
class Bounds:
    """Offsets of one partition; ``end`` is the next one."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return max(0, self.end - self.start)


def read_bounds(settings: KafkaSettings, topics: Iterable[TopicPlace]) -> dict[TopicAndPartition, Bounds]:
    """Of every partition that has a leader and whose leader answers.

    Raises ``KafkaUnavailable`` where none does, and ``KafkaRefused``.
    """
    places = [
        (topic.name, one.partition) for topic in topics for one in topic.partitions if one.leader is not None
    ]
    starts = _offsets(settings, places, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
    ends = _offsets(settings, places, OffsetSpec.latest())  # type: ignore[no-untyped-call]
    return {
        place: Bounds(starts[place], ends[place]) for place in places if place in starts and place in ends
    }


def read_offsets_at(
    settings: KafkaSettings, topic: str, partitions: Iterable[int], millis: int
) -> dict[int, int]:
    """The first offset at or after a time, for partitions that have one."""
    places = [(topic, partition) for partition in partitions]
    found = _offsets(settings, places, OffsetSpec.for_timestamp(millis))
    return {partition: offset for (_, partition), offset in found.items()}


def records_of(topic: TopicPlace, bounds: Mapping[TopicAndPartition, Bounds]) -> int | None:
    """Records by their offsets, markers of transactions among them; None where a partition did not answer."""
    found = [bounds.get((topic.name, one.partition)) for one in topic.partitions]
    return None if None in found else sum(one.length for one in found if one)


def _offsets(
    settings: KafkaSettings, places: Iterable[TopicAndPartition], spec: Any
) -> dict[TopicAndPartition, int]:
    wanted = {TopicPartition(topic, partition): spec for topic, partition in places}
    if not wanted:
        return {}
    doing = "asking for offsets"

    def question(admin: AdminClient, seconds: float) -> dict[TopicPartition, Future[Any]]:
        return settled(
            admin.list_offsets(wanted, isolation_level=IsolationLevel.READ_COMMITTED, request_timeout=seconds)
        )

    try:
        answers = ask(settings, question, doing, usable=is_usable)
    except KafkaException as error:
        raise failure(settings, doing, error) from error
    return {
        (one.topic, one.partition): answer.offset
        for one, answer in answers.items()
        if not isinstance(answer, BaseException) and answer.offset >= 0
    }
