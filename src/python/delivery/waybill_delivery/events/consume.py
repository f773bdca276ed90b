"""Reading exactly one split: every record in ``[start, end)``, none outside, no silent jump."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from confluent_kafka import Message

from waybill_common.kafka import (
    MOST_AT_ONCE,
    RANGE_READER,
    RangeReader,
    Reader,
    Value,
    headers_of,
    log_start,
    offset_of,
    open_reader,
)
from waybill_common.ledger import LostRange, Split, data_loss
from waybill_common.settings import SPLIT_BYTES, KafkaSettings

_LOOKED_AT = 64
"""Records of a list of which key and headers are weighed: to take those out of each costs more than the rest."""

_AHEAD = 20_000
"""Records that librdkafka fetches ahead, unless their values are more than it may hold; it counts nothing else."""

_UNSEEN = 2**25
"""Bytes of keys and headers that it may hold all the same."""

_FIRST_AT_ONCE = 16
_MORE_AT_ONCE = 8


def split_consumer(connection: Mapping[str, Value], split_bytes: int = SPLIT_BYTES) -> Reader:
    """A consumer for ``read_split``; what it has fetched ahead is about a quarter of ``split_bytes``.

    One fetch more may be on its way; it brings at least one batch of records, whatever its size.
    """
    held = split_bytes // 4
    return open_reader(
        {
            **connection,
            **RANGE_READER,
            "group.id": "waybill-split",
            "fetch.wait.max.ms": 50,
            # librdkafka reads ahead of the split's end too; with its own 100,000 that doubles what its threads cost.
            "queued.min.messages": _AHEAD,
            # Once it has read that far, it waits so long before the next fetch: with its own 1,000 a task mostly waits.
            "fetch.queue.backoff.ms": 5,
            "queued.max.messages.kbytes": held // 1024,
            "fetch.message.max.bytes": min(2**20, held // 4),
            # Not reserved, but the longest answer that is believed: a record may be larger than librdkafka's 100 MB.
            "receive.message.max.bytes": 2**31 - 1,
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
    consumer: Reader, kafka: KafkaSettings, topic: str, split: Split, start: int, block: int, most: int
) -> Iterator[list[Message]]:
    """The records of ``[start, split.end)`` in lists that end at every ``block``-th offset of the split, and earlier
    where records have more than ``most`` bytes together; one that has them alone is alone in its list.

    A split may end in offsets without a record (transaction markers, aborted records), so it is done when the
    consumer's position has passed its end. Raises ``KafkaUnavailable`` after ``kafka.timeout`` without progress,
    ``DataLoss`` where the log start overtakes the reader.
    """

    def refuse(partition: int, gone: range) -> None:
        raise data_loss(topic, (LostRange(partition=partition, start=gone.start, end=gone.stop),))

    doing = f"reading {topic} partition {split.partition}"
    reader = RangeReader(consumer, kafka, topic, doing, refuse, at_once=_FIRST_AT_ONCE)
    pending: list[Message] = []
    held = 0
    edge = _edge(split, start, block)
    for messages in reader.read({split.partition: (start, split.end)}):
        size = _weight(messages)
        fit = most * len(messages) // max(size, 1)
        reader.at_once = max(1, min(MOST_AT_ONCE, _MORE_AT_ONCE * len(messages), fit))
        beside = (size - sum(map(len, messages))) // len(messages)
        reader.rests = beside * _AHEAD > max(_UNSEEN, most)
        if held + size > most:
            if pending:
                yield pending
            *whole, pending = _pieces(messages, most)
            yield from whole
            held, edge = _weight(pending), _edge(split, offset_of(pending[0]), block)
            continue
        held += size
        taken = 0
        while offset_of(messages[-1]) >= edge:
            cut = bisect_left(messages, edge, key=offset_of)
            yield [*pending, *messages[taken:cut]]
            pending, taken, edge = [], cut, edge + block
            held = size
        pending += messages[taken:]
    yield pending


def _edge(split: Split, offset: int, block: int) -> int:
    """Where the block with ``offset`` ends."""
    return split.start + ((offset - split.start) // block + 1) * block


def _pieces(messages: Sequence[Message], most: int) -> Iterator[list[Message]]:
    """In lists of at most ``most`` bytes, or of one record; none is empty."""
    piece: list[Message] = []
    held = 0
    for message in messages:
        size = _weight([message])
        if piece and held + size > most:
            yield piece
            piece, held = [], 0
        piece.append(message)
        held += size
    yield piece


def _weight(messages: Sequence[Message]) -> int:
    """Bytes of values, and by a sample those of keys and headers."""
    step = 1 + len(messages) // _LOOKED_AT
    beside = sum(
        len(message.key() or b"") + sum(len(name) + len(value or b"") for name, value in headers_of(message))
        for message in messages[::step]
    )
    return sum(map(len, messages)) + beside * step
