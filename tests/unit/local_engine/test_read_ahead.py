"""A worker that leaves its consumers where splits ended reports and stores what one does that reads each split anew."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_events import nth_event
from unit.ledger.entries import manifest3
from unit.local_engine.fetching import TOPIC, Fetching, Topic

from waybill_common.errors import WaybillError
from waybill_common.lake import open_lake
from waybill_common.ledger import Split
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_delivery.events import SplitReader, consume, decoder_of
from waybill_delivery.splits import TaskContext, task
from waybill_local.affinity import MOST
from waybill_local.kept_readers import KeptReaders
from waybill_streams.names import NAMES

DECODER = decoder_of(NAMES, 3)
VALUES = [NAMES.encode(nth_event(number)) for number in range(60)]


@dataclass
class World:
    """One topic, and a worker whose consumers stay."""

    topic: Topic = field(default_factory=Topic)
    consumers: list[Fetching] = field(default_factory=list)
    kept: KeptReaders = field(default_factory=KeptReaders)
    commit: int = 2

    def opened(self, *_config: Any) -> Any:
        self.consumers.append(Fetching(self.topic))
        return self.consumers[-1]

    def arrive(self, partition: int, records: str) -> None:
        """A letter for each offset: ``r`` a record, ``m`` a marker."""
        log = self.topic.logs[partition]
        for one in records:
            log.append(VALUES[len(log) % len(VALUES)] if one == "r" else None)

    def fetch(self, most: int = 100) -> None:
        for one in self.consumers:
            one.fetch(most)

    def context(self, lake: Path, split: Split, topic_id: str, *, accept_loss: bool) -> TaskContext:
        places = {split.partition: split.start}, {split.partition: split.end}
        manifest = manifest3(
            number=self.commit, topic=TOPIC, topic_id=topic_id, previous_receipt="a" * 64, origin={split.partition: 0},
            before=places[0], after=places[1], splits=(split,), holes=(),
        )  # fmt: skip
        opened = open_lake(LakeSettings(url=str(lake)), "names")
        return TaskContext(manifest, NAMES, KafkaSettings(timeout=0.5), opened, accept_loss=accept_loss)

    def carry(
        self, folder: Path, split: Split, topic_id: str = "", *, accept_loss: bool = False
    ) -> list[str]:
        """By the worker whose consumers stay and by one that begins anew: what each says of the split."""
        said = []
        for name in ("kept", "anew"):
            context = self.context(folder / name, split, topic_id or self.topic.id, accept_loss=accept_loss)
            reader = (
                self.kept.reader_for(context, [split], self.commit)
                if name == "kept"
                else SplitReader(Fetching(self.topic))  # type: ignore[arg-type]
            )
            try:
                said.append(task.deliver_splits(context, [split], reader, DECODER)[0].to_text())
            except WaybillError as error:
                said.append(f"{type(error).__name__}: {error.found.replace(str(folder / name), 'the lake')}")
        return said


@contextmanager
def world() -> Iterator[tuple[World, Path]]:
    made = World()

    def first_offsets(_kafka: KafkaSettings, _topic: str, partitions: Sequence[int]) -> dict[int, int]:
        return {partition: made.topic.starts[partition] for partition in partitions}

    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(consume, "open_reader", made.opened)
        patch.setattr(task, "first_offsets", first_offsets)
        patch.setattr(task, "topic_id", lambda *_: made.topic.id)
        yield made, Path(folder)


def stored(lake: Path) -> dict[str, bytes]:
    return {str(one.relative_to(lake)): one.read_bytes() for one in lake.rglob("*") if one.is_file()}


PARTITIONS = st.integers(0, 1)
ARRIVE = st.tuples(st.just("arrive"), PARTITIONS, st.text("rrm", min_size=1, max_size=12))
FETCH = st.tuples(st.just("fetch"), st.integers(1, 20))
EXPIRE = st.tuples(st.just("expire"), PARTITIONS, st.integers(1, 6))
ANEW = st.tuples(st.just("anew"))
NEXT = st.tuples(st.just("next"), PARTITIONS, st.integers(1, 9))
ANY = st.tuples(
    st.just("any"), PARTITIONS, st.integers(0, 30), st.integers(1, 9), st.booleans(), st.booleans()
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(ARRIVE, NEXT, NEXT, ANY, ANY, FETCH, EXPIRE, ANEW), min_size=4, max_size=14))
def test_what_was_read_ahead_changes_no_report_and_no_byte(steps: list[tuple[Any, ...]]) -> None:
    with world() as (made, folder):
        made.arrive(0, "rrrmrrrrmrrr")
        made.arrive(1, "rrrrrr")
        ends = {0: 0, 1: 0}
        ids = [made.topic.id]
        for name, *given_ in steps:
            match name, given_:
                case "arrive", (partition, records):
                    made.arrive(partition, records)
                case "fetch", (most,):
                    made.fetch(most)
                case "expire", (partition, count):
                    end = len(made.topic.logs[partition])
                    made.topic.starts[partition] = min(made.topic.starts[partition] + count, end)
                case "anew", ():
                    made.topic.made_anew()
                    ids.append(made.topic.id)
                    made.arrive(0, "rrrrrrr")
                    made.arrive(1, "rrmrrrr")
                case "next", (partition, length):
                    end = min(ends[partition] + length, len(made.topic.logs[partition]))
                    if ends[partition] < end:
                        one, other = made.carry(
                            folder, Split(partition=partition, start=ends[partition], end=end)
                        )
                        assert one == other
                        ends[partition] = end
                case "any", (partition, place, length, is_late, accept_loss):
                    start = place % max(1, len(made.topic.logs[partition]))
                    end = min(start + length, len(made.topic.logs[partition]))
                    if start < end:
                        one, other = made.carry(
                            folder,
                            Split(partition=partition, start=start, end=end),
                            ids[0 if is_late else -1],
                            accept_loss=accept_loss,
                        )
                        assert one == other
                        ends[partition] = end
        assert stored(folder / "kept") == stored(folder / "anew")


def test_the_next_split_goes_on_without_a_jump_also_behind_markers() -> None:
    with world() as (made, folder):
        made.arrive(0, "rrmrrrmmrr")
        for start, end in ((0, 3), (3, 8), (8, 10)):
            one, other = made.carry(folder, Split(partition=0, start=start, end=end))
            assert one == other
        [consumer] = made.consumers
        assert consumer.assignments == [(0, 0)]


def test_a_worker_that_rests_begins_anew() -> None:
    with world() as (made, folder):
        made.arrive(0, "rrmrrr")
        made.carry(folder, Split(partition=0, start=0, end=2))
        made.fetch()
        made.kept.rest()
        [consumer] = made.consumers
        assert consumer.partition is None
        one, other = made.carry(folder, Split(partition=0, start=2, end=6))
        assert one == other
        assert consumer.assignments == [(0, 0), (0, 2)]


@pytest.mark.parametrize("start", [0, 2, 6], ids=["before", "within", "behind"])
def test_a_split_that_begins_where_no_consumer_stands_is_read_from_its_beginning(start: int) -> None:
    with world() as (made, folder):
        made.arrive(0, "rrrrmrrr")
        made.carry(folder, Split(partition=0, start=1, end=3))
        made.fetch()
        one, other = made.carry(folder, Split(partition=0, start=start, end=8))
        assert one == other
        [consumer] = made.consumers
        assert consumer.assignments == [(0, 1), (0, start)]


def test_what_was_read_of_a_topic_is_not_used_for_another_of_its_name() -> None:
    with world() as (made, folder):
        made.arrive(0, "rrr")
        made.carry(folder, Split(partition=0, start=0, end=2))
        made.fetch()
        made.topic.made_anew()
        made.arrive(0, "mmmrr")
        one, other = made.carry(folder, Split(partition=0, start=2, end=5))
        assert one == other
        assert '"rows":2' in one


def carried_once(made: World, folder: Path, partitions: int) -> None:
    """A split of each of them, in one commit."""
    made.topic.logs = {partition: [VALUES[0]] * 3 for partition in range(partitions)}
    made.topic.starts = dict.fromkeys(range(partitions), 0)
    for partition in range(partitions):
        made.carry(folder, Split(partition=partition, start=0, end=1))


def test_partitions_beyond_those_that_a_worker_keeps_a_consumer_for_go_by_one_that_stays_nowhere() -> None:
    with world() as (made, folder):
        carried_once(made, folder, MOST + 2)
        made.commit += 1
        for partition in range(MOST + 2):
            made.carry(folder, Split(partition=partition, start=1, end=2))
        kept, passing = made.consumers[:MOST], made.consumers[MOST:]
        assert [one.assignments for one in kept] == [[(partition, 0)] for partition in range(MOST)]
        assert [one.assignments for one in passing] == [[(MOST, 0), (MOST + 1, 0), (MOST, 1), (MOST + 1, 1)]]
        assert passing[0].partition is None


def test_a_consumer_that_two_commits_did_not_need_goes_to_another_partition() -> None:
    with world() as (made, folder):
        carried_once(made, folder, MOST + 1)
        made.commit += 2
        made.carry(folder, Split(partition=MOST, start=1, end=2))
        assert [one.partition for one in made.consumers] == [MOST, *range(1, MOST), None]


def test_several_splits_take_a_consumer_of_their_own_and_end_what_is_read_ahead_of_them() -> None:
    with world() as (made, folder):
        made.topic.logs = {partition: [VALUES[0]] * 4 for partition in range(MOST)}
        made.topic.starts = dict.fromkeys(range(MOST), 0)
        splits = [Split(partition=partition, start=0, end=2) for partition in range(MOST)]
        for split in splits[:2]:
            made.carry(folder, split)
        context = made.context(folder / "kept", splits[0], made.topic.id, accept_loss=False)
        hand = [behind(split) for split in splits[1:]]
        reader = made.kept.reader_for(context, hand, made.commit)
        assert (reader.stand, reader.stays) == (None, False)
        assert [one.partition for one in made.consumers] == [0, None, None]
        assert made.kept.reader_for(context, hand, made.commit) is reader
        assert made.kept.reader_for(context, [behind(splits[0])], made.commit).goes_on_with(
            context.manifest, behind(splits[0])
        )


def behind(split: Split) -> Split:
    """The one that follows it."""
    return Split(partition=split.partition, start=split.end, end=split.end + 2)
