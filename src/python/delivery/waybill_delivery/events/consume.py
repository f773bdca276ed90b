"""Reading exactly one split: every record in ``[start, end)``, none outside, no silent jump."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping

from confluent_kafka import Message

from waybill_common.kafka import RANGE_READER, RangeReader, Reader, Value, log_start, offset_of, open_reader
from waybill_common.ledger import LostRange, Split, data_loss
from waybill_common.settings import KafkaSettings


def split_consumer(connection: Mapping[str, Value]) -> Reader:
    """A consumer for ``read_split``."""
    return open_reader(
        {
            **connection,
            **RANGE_READER,
            "group.id": "waybill-split",
            "fetch.wait.max.ms": 50,
            # librdkafka reads ahead of the split's end too; with its own 100,000 that doubles what its threads cost.
            "queued.min.messages": 20_000,
            # Once it has read that far, it waits so long before the next fetch: with its own 1,000 a task mostly waits.
            "fetch.queue.backoff.ms": 5,
        }
    )


def first_readable(
    consumer: Reader, kafka: KafkaSettings, topic: str, split: Split, *, accept_loss: bool
) -> int:
    """Where reading ``split`` begins: its start, or after what retention took if loss is accepted."""
    low = log_start(consumer, kafka, topic, split.partition)
    if low > split.start and not accept_loss:
        lost_range = LostRange(partition=split.partition, start=split.start, end=min(low, split.end))
        raise data_loss(topic, (lost_range,))
    return min(max(low, split.start), split.end)


def read_split(
    consumer: Reader, kafka: KafkaSettings, topic: str, split: Split, start: int, block: int
) -> Iterator[list[Message]]:
    """The records of ``[start, split.end)`` in lists that end at every ``block``-th offset of the split.

    A split may end in offsets without a record (transaction markers, aborted records), so it is done when the
    consumer's position has passed its end. Raises ``KafkaUnavailable`` after ``kafka.timeout`` without progress,
    ``DataLoss`` where the log start overtakes the reader.
    """

    def refuse(partition: int, gone: range) -> None:
        raise data_loss(topic, (LostRange(partition=partition, start=gone.start, end=gone.stop),))

    doing = f"reading {topic} partition {split.partition}"
    reader = RangeReader(consumer, kafka, topic, doing, refuse)
    pending: list[Message] = []
    edge = split.start + ((start - split.start) // block + 1) * block
    for messages in reader.read({split.partition: (start, split.end)}):
        taken = 0
        while offset_of(messages[-1]) >= edge:
            cut = bisect_left(messages, edge, key=offset_of)
            yield [*pending, *messages[taken:cut]]
            pending, taken, edge = [], cut, edge + block
        pending += messages[taken:]
    yield pending
