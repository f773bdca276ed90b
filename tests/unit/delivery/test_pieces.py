"""How much of a split is in memory as raw records: a block ends where it has enough of them, or of their bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from confluent_kafka import Message, TopicPartition
from hypothesis import given
from hypothesis import strategies as st
from unit.ledger.entries import manifest3

from waybill_common.kafka import MOST_AT_ONCE, Headers, Reader
from waybill_common.kafka.cause import Told
from waybill_common.ledger import Split
from waybill_common.settings import KafkaSettings
from waybill_delivery.events import SplitReader, cutting, read_splits, side_by_side, split_consumer


@dataclass
class Consumer:
    """Has all of its records at once, and hands out as many as it is asked for."""

    records: list[Message]
    told: Told = field(default_factory=Told)
    asked: list[int] = field(default_factory=list)
    at: int = 0
    fetches: bool = False

    def assign(self, places: list[TopicPartition]) -> None:
        self.at = places[0].offset
        self.fetches = True

    def unassign(self) -> None:
        self.fetches = False

    def consume(self, count: int, _seconds: float) -> list[Message]:
        self.asked.append(count)
        found = [one for one in self.records if (one.offset() or 0) >= self.at][:count]
        self.at = (found[-1].offset() or 0) + 1 if found else self.at
        return found

    def position(self, _places: list[TopicPartition]) -> list[TopicPartition]:
        return [TopicPartition("t", 0, self.at)]


def record(offset: int, value: int, key: int = 0, header: int = 0) -> Message:
    return Message(
        topic="t",
        partition=0,
        offset=offset,
        value=b"v" * value,
        key=b"k" * key,
        headers=[("h", b"h" * header)] if header else None,
    )


def read(consumer: Any, end: int, block: int, most: int) -> list[list[int]]:
    split = Split(partition=0, start=0, end=end)
    return [[one.offset() or 0 for one in messages] for messages in lists_of(consumer, split, block, most)]


def lists_of(consumer: Any, split: Split, block: int, most: int) -> Iterator[list[Message]]:
    reader, kafka = SplitReader(cast(Reader, consumer)), KafkaSettings(timeout=1)
    return (messages for _, messages in read_splits(reader, kafka, manifest3(), {split: 0}, block, most))


SIZES = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=60
)


@given(sizes=SIZES, block=st.integers(1, 30), most=st.integers(50, 2000), unseen=st.sampled_from([0, 10**9]))
def test_each_record_comes_once_and_no_block_has_too_many_or_too_large_ones(
    sizes: list[tuple[int, int, int]], block: int, most: int, unseen: int
) -> None:
    records = [record(offset, *three) for offset, three in enumerate(sizes)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(side_by_side, "_UNSEEN", unseen)
        patch.setattr(cutting, "_LOOKED_AT", 10**6)
        found = read(Consumer(records), len(records), block, most)
    assert [offset for piece in found for offset in piece] == list(range(len(records)))
    for piece in found:
        whole = sum(sum(sizes[offset]) for offset in piece) + sum(1 for offset in piece if sizes[offset][2])
        assert len(piece) <= 1 or whole <= most
        assert len(piece) <= block + MOST_AT_ONCE


def test_blocks_of_small_records_end_at_every_nth_offset() -> None:
    found = read(Consumer([record(offset, 1) for offset in range(50)]), 50, 20, 10**6)
    assert [len(piece) for piece in found] == [20, 20, 10]


def test_of_large_records_few_are_taken_at_once() -> None:
    consumer = Consumer([record(offset, 10_000) for offset in range(40)])
    read(consumer, 40, 20_000, 30_000)
    assert max(consumer.asked) == consumer.asked[0] == 16
    assert set(consumer.asked[1:-1]) == {3}


def test_few_records_are_weighed_whole_where_blocks_end_by_their_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """To take key and headers out of each record costs more than all the rest of a delivery."""
    weighed: list[Message] = []

    def headers_of(message: Message) -> Headers:
        weighed.append(message)
        return ()

    monkeypatch.setattr(cutting, "headers_of", headers_of)
    found = read(Consumer([record(offset, 400) for offset in range(40_000)]), 40_000, 20_000, 2**22)
    assert len(found) > 3
    assert len(weighed) < 2_000


@pytest.mark.parametrize(("key", "header"), [(5000, 0), (0, 5000)], ids=["keys", "headers"])
def test_nothing_is_fetched_ahead_while_large_keys_or_headers_are_in_use(key: int, header: int) -> None:
    """librdkafka does not count them, and would fetch 20,000 of them."""
    consumer = Consumer([record(offset, 1, key, header) for offset in range(40)])
    split = Split(partition=0, start=0, end=40)
    lists = lists_of(consumer, split, 20_000, 10_000)
    fetched = [(len(messages), consumer.fetches) for messages in lists]
    assert [count for count, _ in fetched] == [1] * 40
    # The first list shows how large they are.
    assert [goes_on for _, goes_on in fetched[consumer.asked[0] :]] == [False] * 24


def test_of_small_records_soon_many_are_taken_at_once() -> None:
    consumer = Consumer([record(offset, 1) for offset in range(40_000)])
    read(consumer, 40_000, 20_000, 10**7)
    assert consumer.asked[:4] == [16, 128, 1024, 8192]
    assert len(consumer.asked) < 10


def test_what_the_client_holds_follows_from_the_bytes_of_a_split() -> None:
    """librdkafka takes these; it refuses values that contradict each other."""
    for split_bytes in (2**20, 2**26, 2**32):
        split_consumer({"bootstrap.servers": "nowhere:1"}, split_bytes).close()


@dataclass
class Interleaved:
    """Has ``count`` records of each partition, and hands them out in turns, one of each that is assigned; behind them
    are two offsets without a record.
    """

    count: int
    told: Told = field(default_factory=Told)
    at: dict[int, int] = field(default_factory=dict)

    def assign(self, places: list[TopicPartition]) -> None:
        self.at = {}
        self.incremental_assign(places)

    def incremental_assign(self, places: list[TopicPartition]) -> None:
        self.at |= {one.partition: one.offset for one in places}

    def incremental_unassign(self, places: list[TopicPartition]) -> None:
        for one in places:
            del self.at[one.partition]

    def unassign(self) -> None:
        self.at = {}

    def consume(self, count: int, _seconds: float) -> list[Message]:
        left = [(at, p) for p, first in self.at.items() for at in range(first, self.count)]
        found = sorted(left)[:count]
        for at, p in found:
            self.at[p] = at + 1
        return [Message(topic="t", partition=p, offset=at, value=b"v" * 100) for at, p in found]

    def position(self, places: list[TopicPartition]) -> list[TopicPartition]:
        ends = {p: at + 2 * (at == self.count) for p, at in self.at.items()}
        return [TopicPartition("t", one.partition, ends[one.partition]) for one in places]


def test_tiny_splits_of_large_records_wait_for_no_more_bytes_than_others() -> None:
    """Splits are planned by what the last records had; these have many times that."""
    consumer, most = Interleaved(20), 10_000
    reader, kafka = SplitReader(cast(Reader, consumer)), KafkaSettings(timeout=1)
    splits = [Split(partition=p, start=0, end=22) for p in range(100)]
    came, given = dict[int, int](), Counter[int]()
    for split, messages in read_splits(reader, kafka, manifest3(), dict.fromkeys(splits, 0), 20_000, most):
        came |= {p: at for p, at in consumer.at.items() if at}
        given[split.partition] += len(messages)
        assert sum(came.values()) - given.total() <= 4 * most // 100
    assert given == Counter(dict.fromkeys(range(100), 20))


@pytest.mark.parametrize(("count", "most"), [(300, 10**6), (300, 10_000)], ids=["in one block", "in several"])
def test_of_splits_side_by_side_three_have_records_that_wait(count: int, most: int) -> None:
    """What is no block long is decoded at once, whatever lies beside it: each time costs as much as many records."""
    consumer = Interleaved(count)
    reader, kafka = SplitReader(cast(Reader, consumer)), KafkaSettings(timeout=1)
    splits = [Split(partition=p, start=0, end=count + 2) for p in range(10)]
    came = dict[int, int]()
    lists = dict[int, list[int]]()
    for split, messages in read_splits(reader, kafka, manifest3(), dict.fromkeys(splits, 0), 500, most):
        came |= {p: at for p, at in consumer.at.items() if at}
        lists.setdefault(split.partition, []).append(len(messages))
        waiting = {p: at - sum(lists.get(p, ())) for p, at in came.items() if at > sum(lists.get(p, ()))}
        assert len(waiting) <= 6, "three that have ended, and the next three"
        assert sum(waiting.values()) * 100 <= 4 * most
    assert {p: sum(of) for p, of in lists.items()} == dict.fromkeys(range(10), count)
    most_lists = 1 if most > count * 100 else 8
    assert all(len(of) <= most_lists for of in lists.values()), lists


@pytest.mark.parametrize(("block", "at_a_time"), [(100, 10), (50, 5), (1, 3)])
def test_tiny_splits_are_asked_for_as_many_at_a_time_as_have_a_block(block: int, at_a_time: int) -> None:
    consumer = Interleaved(8)
    reader, kafka = SplitReader(cast(Reader, consumer)), KafkaSettings(timeout=1)
    splits = [Split(partition=p, start=0, end=10) for p in range(30)]
    lists = read_splits(reader, kafka, manifest3(), dict.fromkeys(splits, 0), block, 10**6)
    next(lists)
    assert len(consumer.at) == at_a_time
