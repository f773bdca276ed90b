"""A topic, and a consumer that fetches ahead of what it is asked for, as librdkafka does."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import KafkaError, Message, TopicPartition

from waybill_common.kafka.cause import Told

TOPIC = "names_topic"
_ASSIGNED = -1001  # librdkafka's OFFSET_INVALID: nothing came yet


@dataclass
class Topic:
    """Its partitions' records by offset, None where a transaction's marker is. ``made_anew`` gives it another id."""

    id: str = "topic 0"
    logs: dict[int, list[bytes | None]] = field(default_factory=lambda: {0: [], 1: []})
    starts: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0})

    def made_anew(self) -> None:
        self.id = f"topic {int(self.id.split()[1]) + 1}"
        self.logs, self.starts = {0: [], 1: []}, {0: 0, 1: 0}


@dataclass(frozen=True)
class Event:
    """What is told in a record's place."""

    code: int
    at: int
    of: int

    def error(self) -> KafkaError:
        return KafkaError(self.code)

    def offset(self) -> int:
        return self.at

    def partition(self) -> int:
        return self.of


@dataclass(eq=False)
class Fetching:
    """A consumer of one partition at a time."""

    topic: Topic
    told: Told = field(default_factory=Told)
    queue: deque[Any] = field(default_factory=deque)
    partition: int | None = None
    fetched_to: int = 0
    consumed_to: int = _ASSIGNED
    assignments: list[tuple[int, int]] = field(default_factory=list)

    def fetch(self, most: int) -> None:
        """Records of at most so many offsets, of the topic as it is now."""
        if self.partition is None:
            return
        log, start = self.topic.logs[self.partition], self.topic.starts[self.partition]
        if not start <= self.fetched_to <= len(log):
            self._tell(KafkaError._AUTO_OFFSET_RESET)
            return
        for offset in range(self.fetched_to, min(self.fetched_to + most, len(log))):
            value = log[offset]
            if value is not None:
                self.queue.append(
                    Message(
                        topic=TOPIC,
                        partition=self.partition,
                        offset=offset,
                        value=value,
                        timestamp=(1, 1_795_917_241_691),
                    )
                )
            self.fetched_to = offset + 1
        last = self.queue[-1] if self.queue else None
        if self.fetched_to == len(log) and not isinstance(last, Event):
            self._tell(KafkaError._PARTITION_EOF)

    def _tell(self, code: int) -> None:
        self.queue.append(Event(code, self.fetched_to, self.partition or 0))

    def consume(self, most: int, _seconds: float) -> list[Any]:
        if not self.queue:
            self.fetch(7)
        found = [self.queue.popleft() for _ in range(min(most, len(self.queue)))]
        records = [one for one in found if not isinstance(one, Event)]
        self.consumed_to = records[-1].offset() + 1 if records else self.consumed_to
        return found

    def assign(self, places: Iterable[TopicPartition]) -> None:
        [place] = places
        self.partition, self.fetched_to, self.consumed_to = place.partition, place.offset, _ASSIGNED
        self.queue.clear()
        self.assignments.append((place.partition, place.offset))

    incremental_assign = assign

    def unassign(self) -> None:
        self.partition = None
        self.queue.clear()

    def incremental_unassign(self, _places: Iterable[TopicPartition]) -> None:
        self.unassign()

    def position(self, places: Iterable[TopicPartition]) -> list[TopicPartition]:
        return [TopicPartition(TOPIC, one.partition, self.consumed_to) for one in places]

    def get_watermark_offsets(self, place: TopicPartition, **_more: Any) -> tuple[int, int]:
        return self.topic.starts[place.partition], len(self.topic.logs[place.partition])

    def close(self) -> None:
        self.unassign()
