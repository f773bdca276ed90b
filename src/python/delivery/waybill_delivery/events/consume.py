"""Reading exactly one split: every record in ``[start, end)``, none outside, no silent jump."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from confluent_kafka import Message

from waybill_common.kafka import (
    RANGE_READER,
    RangeReader,
    Reader,
    Stand,
    Value,
    first_offset,
    offset_of,
    open_reader,
)
from waybill_common.ledger import LostRange, Manifest, Split, data_loss
from waybill_common.settings import KafkaSettings

READ_AHEAD_KIB = 16_384
"""Of one consumer's raw records that nobody has asked for yet: in librdkafka's queue, whatever a record's size."""


@dataclass(eq=False)
class SplitReader:
    """A consumer of splits. With ``stays`` it is left where a split ended and goes on fetching from there: raw records
    of offsets that no manifest may have named yet. They are used only for the topic ``topic_id``, which was asked for
    before the first of them was fetched, and only for a split that begins where the consumer stands.
    """

    consumer: Reader
    stays: bool = False
    topic: str = ""
    topic_id: str = ""
    stand: Stand | None = None

    def goes_on_with(self, manifest: Manifest, split: Split) -> bool:
        """Whether what it has read ahead is of this manifest's topic and begins where the split does."""
        is_same = (self.topic, self.topic_id) == (manifest.topic, manifest.topic_id)
        return is_same and self.stand is not None and self.stand.goes_on_at(split.partition, split.start)

    def rest(self) -> None:
        """Fetch no more, and drop what was read ahead."""
        self.consumer.unassign()
        self.stand = None

    def close(self) -> None:
        self.consumer.close()


def split_consumer(connection: Mapping[str, Value], *, stays: bool = False) -> SplitReader:
    """A consumer for ``read_split``."""
    return SplitReader(
        open_reader(
            {
                **connection,
                **RANGE_READER,
                "group.id": "waybill-split",
                "fetch.wait.max.ms": 50,
                # librdkafka reads ahead of the split's end too; with its own 100,000 its threads cost twice as much.
                "queued.min.messages": 20_000,
                "queued.max.messages.kbytes": READ_AHEAD_KIB,
                # Once it has read that far, it waits so long before the next fetch: with its own 1,000 a task mostly
                # waits.
                "fetch.queue.backoff.ms": 5,
            }
        ),
        stays=stays,
    )


def first_readable(kafka: KafkaSettings, topic: str, split: Split, *, accept_loss: bool) -> int:
    """Where reading ``split`` begins: its start, or after what retention took if loss is accepted."""
    low = first_offset(kafka, topic, split.partition)
    if low > split.start and not accept_loss:
        lost_range = LostRange(partition=split.partition, start=split.start, end=min(low, split.end))
        raise data_loss(topic, (lost_range,))
    return min(max(low, split.start), split.end)


def read_split(
    reader: SplitReader, kafka: KafkaSettings, manifest: Manifest, split: Split, start: int, block: int
) -> Iterator[list[Message]]:
    """The records of ``[start, split.end)`` in lists that end at every ``block``-th offset of the split.

    The topic was the manifest's when it was asked for last. A split may end in offsets without a record (transaction
    markers, aborted records), so it is done when the consumer's position has passed its end. Raises
    ``KafkaUnavailable`` after ``kafka.timeout`` without progress, ``DataLoss`` where the log start overtakes the
    reader.
    """
    topic = manifest.topic

    def refuse(partition: int, gone: range) -> None:
        raise data_loss(topic, (LostRange(partition=partition, start=gone.start, end=gone.stop),))

    ranges = RangeReader(
        reader.consumer,
        kafka,
        topic,
        f"reading {topic} partition {split.partition}",
        refuse,
        stays=reader.stays,
        stand=reader.stand if reader.goes_on_with(manifest, split) else None,
    )
    reader.topic, reader.topic_id, reader.stand = topic, manifest.topic_id, None
    pending: list[Message] = []
    edge = split.start + ((start - split.start) // block + 1) * block
    for messages in ranges.read({split.partition: (start, split.end)}):
        taken = 0
        while offset_of(messages[-1]) >= edge:
            cut = bisect_left(messages, edge, key=offset_of)
            yield [*pending, *messages[taken:cut]]
            pending, taken, edge = [], cut, edge + block
        pending += messages[taken:]
    reader.stand = ranges.stand
    yield pending
