"""The range reader: each record of a range once, none outside, and a leader that moves ends nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from waybill_common.errors import KafkaRefused, KafkaUnavailable
from waybill_common.kafka.cause import Told
from waybill_common.kafka.log_start import log_start
from waybill_common.kafka.ranges import RangeReader
from waybill_common.settings import KafkaSettings
from waybill_ops.audit import kafka_log

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


def test_of_many_partitions_the_next_one_begins_where_one_has_ended() -> None:
    came = [records(0, 1), records(0, of=1), records(0, of=2), [Event(2, of=2, code=END)], records(1, of=1)]
    consumer = Consumer([*came, records(0, 1, of=3)])
    many = reader(consumer, side_by_side=2)
    found = []
    for some in many.read(dict.fromkeys(range(4), (0, 2))):
        found.append(
            ([(one.partition(), one.offset()) for one in some], {*consumer.assigned}, {*many.unread})
        )
    assert found == [
        ([(0, 0), (0, 1)], {0, 1}, {0, 1, 2, 3}),
        ([(1, 0)], {1, 2}, {1, 2, 3}),
        ([(2, 0)], {1, 2}, {1, 2, 3}),
        ([(1, 1)], {1, 3}, {1, 3}),
        ([(3, 0), (3, 1)], {3}, {3}),
    ]


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
    assert consumer.begun == [(0, 5), (0, 5)]


def test_of_each_partition_only_the_first_records_are_waited_for() -> None:
    consumer: Any = Consumer([[*records(0, 1), *records(7, of=1)], records(2)])
    found = list(reader(consumer).read({0: (0, 9), 1: (7, 99)}, first_only=True))
    assert [first.offset() for first, *_ in found] == [0, 7]
    assert consumer.answers == [records(2)]


def test_expired_offsets_that_nobody_is_told_end_the_read() -> None:
    consumer = Consumer([[Event(0, code=KafkaError._AUTO_OFFSET_RESET)]], start=4)
    with pytest.raises(KafkaUnavailable, match="reading t"):
        read(consumer, {0: (0, 6)})


class Stopped(Consumer):
    """As librdkafka: nothing more comes of a partition after an out-of-range, until it is assigned anew."""

    ended = False

    def consume(self, count: int, seconds: float) -> list[Event]:
        if self.ended:
            time.sleep(seconds)
            return []
        found = super().consume(count, seconds)
        self.ended = any(one.code == KafkaError._AUTO_OFFSET_RESET for one in found)
        return found

    def incremental_assign(self, places: list[TopicPartition]) -> None:
        self.ended = False
        super().incremental_assign(places)


def test_an_out_of_range_of_the_leader_before_is_gone_on_from() -> None:
    """It had deleted up to 9 already; the one that is asked, and that leads now, has not."""
    out_of_range = [Event(2, code=KafkaError._AUTO_OFFSET_RESET)]
    consumer: Any = Stopped([records(0, 1), out_of_range, records(2, 3)], start=0)
    found = list(reader(consumer, expired=pytest.fail).read({0: (0, 4)}))
    assert [one.offset() for some in found for one in some] == [0, 1, 2, 3]


def test_who_waits_for_an_offset_past_the_log_says_so_in_the_end() -> None:
    class Shorter(Consumer):
        def get_watermark_offsets(self, *_args: Any, **_more: Any) -> tuple[int, int]:
            return 0, 5

    consumer: Any = Shorter([[Event(50, code=KafkaError._AUTO_OFFSET_RESET)]])
    patient = RangeReader(
        consumer, KafkaSettings(timeout=0.3), "t", "reading t", stalled="a transaction is still open"
    )
    with pytest.raises(KafkaUnavailable) as caught:
        list(patient.read({0: (50, 60)}))
    assert "a transaction is still open" not in str(caught.value)


def test_a_new_leader_that_does_not_know_the_topic_yet_is_asked_again() -> None:
    class Fresh(Consumer):
        asked = 0

        def get_watermark_offsets(self, *_args: Any, **_more: Any) -> tuple[int, int]:
            self.asked += 1
            if self.asked == 1:
                raise KafkaException(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART))
            return 7, 100

        def assignment(self) -> list[TopicPartition]:
            return []

        def poll(self, _seconds: float) -> None: ...

        def list_topics(self, *_args: Any, **_more: Any) -> None: ...

    consumer: Any = Fresh([])
    assert log_start(consumer, KafkaSettings(timeout=2), "t", 0) == 7


def test_the_auditor_is_handed_no_record_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    class Again(Consumer):
        def incremental_assign(self, places: list[TopicPartition]) -> None:
            if self.begun:
                self.answers = [records(*range(places[0].offset, 5))]
            super().incremental_assign(places)

    left_over = Event(1, code=KafkaError._AUTO_OFFSET_RESET)
    consumer = Again([records(0, 1, 2), [left_over], records(3, 4)])
    monkeypatch.setattr(kafka_log, "open_reader", lambda _config: consumer)
    seen: list[int] = []
    kafka_log.LogReader(KafkaSettings(timeout=1), "t").read(
        {0: (0, 5)}, lambda messages: seen.extend(int(one.offset() or 0) for one in messages)
    )
    assert seen == [0, 1, 2, 3, 4]


def staying(consumer: Any, ranges: list[tuple[int, int]]) -> list[list[int | None]]:
    """The offsets of each range of partition 0, by one reader after the other at the same consumer."""
    found, stand = [], None
    for start, end in ranges:
        one = reader(consumer, stays=True, stand=stand)
        found.append([record.offset() for records in one.read({0: (start, end)}) for record in records])
        stand = one.stand
    return found


def test_a_reader_that_stays_goes_on_with_what_came_behind_the_end_of_the_range_before() -> None:
    consumer = Consumer([records(0, 3, 4), records(6), records(7)])
    assert staying(consumer, [(0, 3), (3, 5), (5, 8)]) == [[0], [3, 4], [6, 7]]
    assert consumer.begun == [(0, 0)]
    assert consumer.assigned


def test_an_end_that_was_told_once_is_known_to_the_next_range() -> None:
    consumer = Consumer([[*records(0), Event(3, code=END)]])
    assert staying(consumer, [(0, 1), (1, 3)]) == [[0], []]


def test_a_reader_does_not_stay_where_its_consumer_has_ceased_to_fetch() -> None:
    gone = Event(None, code=KafkaError._AUTO_OFFSET_RESET)
    consumer = Consumer([[*records(0, 1), gone], records(2)])
    assert staying(consumer, [(0, 2), (2, 3)]) == [[0, 1], [2]]
    assert consumer.begun == [(0, 0), (0, 2)]
