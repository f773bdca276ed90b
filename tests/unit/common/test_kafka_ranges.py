"""The range reader: each record of a range once, none outside, and a leader that moves ends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from confluent_kafka import KafkaError, TopicPartition

from waybill_common.errors import KafkaRefused, KafkaUnavailable
from waybill_common.kafka.cause import Told
from waybill_common.kafka.ranges import RangeReader
from waybill_common.settings import KafkaSettings

END = KafkaError._PARTITION_EOF


@dataclass(frozen=True)
class Event:
    """A record, or with a ``code`` what is told in its place."""

    at: int | None
    of: int = 0
    code: int | None = None

    def offset(self) -> int | None:
        return self.at

    def partition(self) -> int:
        return self.of

    def error(self) -> KafkaError | None:
        return None if self.code is None else KafkaError(self.code)


@dataclass
class Consumer:
    """Answers each ``consume`` with the next of these lists, and then with nothing."""

    answers: list[list[Event]]
    start: int = 0
    told: Told = field(default_factory=Told)
    assigned: dict[int, int] = field(default_factory=dict)
    begun: list[tuple[int, int]] = field(default_factory=list)

    def consume(self, _count: int, _seconds: float) -> list[Event]:
        found = self.answers.pop(0) if self.answers else []
        for event in found:
            if event.code is None and event.at is not None and event.of in self.assigned:
                self.assigned[event.of] = event.at + 1
        return found

    def assign(self, places: list[TopicPartition]) -> None:
        self.assigned = {}
        self.incremental_assign(places)

    def incremental_assign(self, places: list[TopicPartition]) -> None:
        self.begun += [(one.partition, one.offset) for one in places]
        self.assigned |= {one.partition: -1001 for one in places}

    def incremental_unassign(self, places: list[TopicPartition]) -> None:
        for one in places:
            del self.assigned[one.partition]

    def unassign(self) -> None:
        self.assigned = {}

    def position(self, places: list[TopicPartition]) -> list[TopicPartition]:
        return [TopicPartition("t", one.partition, self.assigned[one.partition]) for one in places]

    def get_watermark_offsets(self, *_args: Any, **_more: Any) -> tuple[int, int]:
        return self.start, 100


def reader(consumer: Any, **more: Any) -> RangeReader:
    return RangeReader(consumer, KafkaSettings(timeout=0.2), "t", "reading t", **more)


def read(consumer: Consumer, ranges: dict[int, tuple[int, int]], **more: Any) -> list[list[Any]]:
    found: list[list[Any]] = list(reader(consumer, **more).read(ranges))
    return [[(one.partition(), one.offset()) for one in records] for records in found]


def records(*offsets: int, of: int = 0) -> list[Event]:
    return [Event(one, of) for one in offsets]


def test_records_behind_the_end_of_a_range_are_not_its() -> None:
    assert read(Consumer([records(3, 4, 5, 6)]), {0: (3, 5)}) == [[(0, 3), (0, 4)]]


def test_partitions_come_apart_and_each_ends_at_its_own_end() -> None:
    consumer = Consumer([[*records(0, 1), *records(7, of=1)], records(8, 9, of=1)])
    assert read(consumer, {0: (0, 2), 1: (7, 9), 2: (5, 5)}) == [[(0, 0), (0, 1)], [(1, 7)], [(1, 8)]]


def test_offsets_without_a_record_are_passed_where_the_end_says_so() -> None:
    assert read(Consumer([records(0), [Event(3, code=END)]]), {0: (0, 3)}) == [[(0, 0)]]


def test_a_leader_that_moves_is_waited_for() -> None:
    moved = [Event(None, code=KafkaError.NOT_LEADER_FOR_PARTITION)]
    consumer = Consumer([records(0), moved, [], moved, records(1)])
    assert read(consumer, {0: (0, 2)}) == [[(0, 0)], [(0, 1)]]


def test_an_error_that_stays_ends_the_read_with_its_words() -> None:
    consumer = Consumer([[Event(None, code=KafkaError.TOPIC_AUTHORIZATION_FAILED)]])
    with pytest.raises(KafkaRefused, match="reading t"):
        read(consumer, {0: (0, 2)})
    assert consumer.assigned == {}


def test_silence_ends_the_read_and_names_the_place() -> None:
    with pytest.raises(KafkaUnavailable, match="slow: partition 0 at offset 1"):
        read(Consumer([records(0)]), {0: (0, 2)}, stalled="slow")


def test_expired_offsets_are_told_and_reading_goes_on_behind_them() -> None:
    gone: list[tuple[int, range]] = []
    consumer = Consumer([records(0), [Event(1, code=KafkaError._AUTO_OFFSET_RESET)], records(4, 5)], start=4)
    found = read(consumer, {0: (0, 6)}, expired=lambda *lost: gone.append(lost))
    assert found == [[(0, 0)], [(0, 4), (0, 5)]]
    assert (gone, consumer.begun) == ([(0, range(1, 4))], [(0, 0), (0, 4)])


def test_an_expiry_that_is_left_over_from_the_range_before_says_nothing() -> None:
    consumer = Consumer([[Event(0, code=KafkaError.OFFSET_OUT_OF_RANGE)], records(5, 6)], start=5)
    assert read(consumer, {0: (5, 7)}, expired=pytest.fail) == [[(0, 5), (0, 6)]]
    assert consumer.begun == [(0, 5)]


def test_of_each_partition_only_the_first_records_are_waited_for() -> None:
    consumer: Any = Consumer([[*records(0, 1), *records(7, of=1)], records(2)])
    found = list(reader(consumer).read({0: (0, 9), 1: (7, 99)}, first_only=True))
    assert [first.offset() for first, *_ in found] == [0, 7]
    assert consumer.answers == [records(2)]


def test_expired_offsets_that_nobody_is_told_end_the_read() -> None:
    consumer = Consumer([[Event(0, code=KafkaError._AUTO_OFFSET_RESET)]], start=4)
    with pytest.raises(KafkaUnavailable, match="reading t"):
        read(consumer, {0: (0, 6)})
