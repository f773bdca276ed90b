"""Reading exactly one split: every record in ``[start, end)``, none outside, no silent jump."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from confluent_kafka import Message

from waybill_common.kafka import RANGE_READER, Reader, Value, log_start, open_reader
from waybill_common.ledger import LostRange, Split, data_loss
from waybill_common.settings import KafkaSettings
from waybill_delivery.events.side_by_side import read_splits


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
    """The records of ``[start, split.end)``, as ``read_splits`` gives them."""
    for _, records in read_splits(consumer, kafka, topic, {split: start}, block):
        yield records
