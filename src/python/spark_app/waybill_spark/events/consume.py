"""Reading exactly one split: every record in ``[start, end)``, none outside, no silent jump."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from confluent_kafka import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka import Message
from confluent_kafka import TopicPartition

from waybill_common.errors import WaybillError
from waybill_common.kafka import Reader
from waybill_common.kafka import Value
from waybill_common.kafka import failure
from waybill_common.kafka import may_pass
from waybill_common.kafka import open_reader
from waybill_common.kafka import refusal
from waybill_common.ledger import LostRange
from waybill_common.ledger import Split
from waybill_common.ledger import data_loss
from waybill_common.settings import KafkaSettings

_FETCH = 10_000
_POLL_SECONDS = 0.05
_ASK_SECONDS = 3.0

# librdkafka's own codes are public, in spite of confluent-kafka's underscores.
_END = KafkaError._PARTITION_EOF  # noqa: SLF001
_OUT_OF_RANGE = (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE)  # noqa: SLF001


def split_consumer(connection: Mapping[str, Value]) -> Reader:
    """A consumer for ``read_split``.

    With any other ``auto.offset.reset`` than ``error`` librdkafka skips expired offsets without a word.
    """
    return open_reader(
        {
            **connection,
            "group.id": "waybill-split",
            "isolation.level": "read_committed",
            "auto.offset.reset": "error",
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 50,
            # librdkafka reads ahead of the split's end too; with its own 100,000 that doubles what its threads cost.
            "queued.min.messages": 20_000,
            # Once it has read that far, it waits so long before the next fetch: with its own 1,000 a task mostly waits.
            "fetch.queue.backoff.ms": 5,
        }
    )


def log_start(consumer: Reader, kafka: KafkaSettings, topic: str, partition: int) -> int:
    """The first offset that the partition still has."""
    here, deadline = TopicPartition(topic, partition), time.monotonic() + kafka.timeout
    while True:
        try:
            return int(consumer.get_watermark_offsets(here, timeout=min(_ASK_SECONDS, kafka.timeout))[0])
        except KafkaException as error:
            if time.monotonic() > deadline or not may_pass(error.args[0]):
                raise _failure(kafka, topic, partition, error, consumer) from error
        if not consumer.assignment():
            consumer.poll(0)  # brings no record then, only what the client was told
        _give_up_on_refusal(kafka, topic, partition, consumer)
        _look_for_leaders(consumer, topic)


def _give_up_on_refusal(kafka: KafkaSettings, topic: str, partition: int, consumer: Reader) -> None:
    refused = refusal(kafka, _doing(topic, partition), consumer.told)
    if refused is not None:
        raise refused


def _look_for_leaders(consumer: Reader, topic: str) -> None:
    """librdkafka goes on asking a leader that was killed: only new metadata tells it who leads now."""
    time.sleep(_POLL_SECONDS)
    with suppress(KafkaException):  # nobody answered; the caller's next question says so too
        consumer.list_topics(topic, timeout=_ASK_SECONDS)


def first_readable(
    consumer: Reader, kafka: KafkaSettings, topic: str, split: Split, *, accept_loss: bool
) -> int:
    """Where reading ``split`` begins: its start, or after what retention took if loss is accepted."""
    low = log_start(consumer, kafka, topic, split.partition)
    if low > split.start and not accept_loss:
        hole = LostRange(partition=split.partition, start=split.start, end=min(low, split.end))
        raise data_loss(topic, (hole,))
    return min(max(low, split.start), split.end)


def read_split(
    consumer: Reader, kafka: KafkaSettings, topic: str, split: Split, start: int, block: int
) -> Iterator[list[Message]]:
    """The records of ``[start, split.end)`` in lists that end at every ``block``-th offset of the split.

    A split may end in offsets without a record (transaction markers, aborted records), so it is done when the
    consumer's position has passed its end. Raises ``KafkaUnavailable`` after ``kafka.timeout`` without progress,
    ``DataLoss`` where the log start overtakes the reader.
    """
    if start >= split.end:
        yield []
        return
    here = TopicPartition(topic, split.partition)
    consumer.assign([TopicPartition(topic, split.partition, start)])
    try:
        pending: list[Message] = []
        edge = split.start + ((start - split.start) // block + 1) * block
        reached, moved = start, time.monotonic()
        while reached < split.end:
            before = reached
            # consume() waits for all that it is asked for; transaction markers in the range never come.
            messages = consumer.consume(min(_FETCH, split.end - reached), _POLL_SECONDS)
            troubles = [message for message in messages if message.error() is not None]
            if troubles:
                messages = [message for message in messages if message.error() is None]
            offsets: list[Any] = [message.offset() for message in messages]
            taken, inside = 0, bisect_left(offsets, split.end)
            while inside and offsets[inside - 1] >= edge:
                cut = bisect_left(offsets, edge)
                yield [*pending, *messages[taken:cut]]
                pending, taken, edge = [], cut, edge + block
            pending += messages[taken:inside]
            if offsets:
                reached = max(reached, offsets[-1] + 1)
            for trouble in troubles:
                reached = max(reached, _reached_at(trouble, consumer, kafka, topic, split, reached))
            position = consumer.position([here])[0].offset
            reached = max(reached, position)
            if reached > before:
                moved = time.monotonic()
                consumer.told.answered()
            elif time.monotonic() - moved > kafka.timeout:
                raise _failure(kafka, topic, split.partition, f"no progress at offset {reached}", consumer)
            else:
                _give_up_on_refusal(kafka, topic, split.partition, consumer)
        yield pending
    finally:
        consumer.unassign()


def _reached_at(
    message: Message, consumer: Reader, kafka: KafkaSettings, topic: str, split: Split, reached: int
) -> int:
    """How far an event that is no record says that the reader is; raises what ends the read."""
    error: Any = message.error()
    if error.code() in _OUT_OF_RANGE:
        # It may be left over from the split before, so the log is asked.
        low = log_start(consumer, kafka, topic, split.partition)
        if low > reached:
            hole = LostRange(partition=split.partition, start=reached, end=min(low, split.end))
            raise data_loss(topic, (hole,))
        return reached
    if error.code() == _END:
        return message.offset() or 0
    if may_pass(error):
        return reached
    raise _failure(kafka, topic, split.partition, error, consumer)


def _failure(
    kafka: KafkaSettings, topic: str, partition: int, why: KafkaError | KafkaException | str, consumer: Reader
) -> WaybillError:
    return failure(kafka, _doing(topic, partition), why, consumer.told, topic=topic)


def _doing(topic: str, partition: int) -> str:
    return f"reading {topic} partition {partition}"
