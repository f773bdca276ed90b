"""Reading exactly the splits of a task: every record of each, none outside, no silent jump.

Of splits of several partitions a few are read side by side: what a fetch brings is of all of them, and while one ends
the next ones are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from confluent_kafka import Message

from waybill_common.kafka import MOST_AT_ONCE, RangeReader
from waybill_common.ledger import LostRange, Manifest, Split, data_loss
from waybill_common.settings import KafkaSettings
from waybill_delivery.events.consume import AHEAD, SplitReader
from waybill_delivery.events.cutting import Cutter, weights

_UNSEEN = 2**25
"""Bytes of keys and headers that librdkafka may hold without counting them."""

_FEWEST = 3
"""Splits that are read side by side: while one ends, the next ones' first fetch is there."""

_FIRST_AT_ONCE = 16
_MORE_AT_ONCE = 8


def read_splits(
    reader: SplitReader,
    kafka: KafkaSettings,
    manifest: Manifest,
    starts: Mapping[Split, int],
    block: int,
    most: int,
) -> Iterator[tuple[Split, list[Message]]]:
    """The records of each split from where ``starts`` says, in lists of up to ``block`` records and some ``most``
    bytes, as ``Cutter`` cuts them. What waits of all splits has at most four times ``most``, however large the records
    turn out to be.

    The topic was the manifest's when it was asked for last. No two splits are of one partition. A split may end in
    offsets without a record (transaction markers, aborted records), so it is done when the consumer's position has
    passed its end. Raises ``KafkaUnavailable`` after ``kafka.timeout`` without progress, ``DataLoss`` where the log
    start overtakes the reader.
    """
    at_a_time = _at_a_time([*starts], block)
    ranges = _range_reader(reader, kafka, manifest, [*starts], at_a_time)
    share = max(1, min(most, most * _FEWEST // at_a_time))
    cutters = {split.partition: Cutter(split, start, block, share) for split, start in starts.items()}
    only = next(iter(cutters.values())) if len(cutters) == 1 else None
    for messages in ranges.read({split.partition: (start, split.end) for split, start in starts.items()}):
        for ended in [p for p in cutters if p not in ranges.unread]:
            yield from _rest_of(cutters.pop(ended))
        values, beside = weights(messages)
        size = values + beside
        fit = most * len(messages) // max(size, 1)
        ranges.at_once = max(1, min(MOST_AT_ONCE, _MORE_AT_ONCE * len(messages), fit))
        ranges.rests = beside // len(messages) * AHEAD > max(_UNSEEN, most)
        cutter = only or cutters[int(messages[0].partition() or 0)]
        for full in cutter.cut(messages, size):
            yield cutter.split, full
    reader.stand = ranges.stand
    for cutter in cutters.values():
        yield from _rest_of(cutter)


def _rest_of(cutter: Cutter) -> Iterator[tuple[Split, list[Message]]]:
    """What is left of a split that was read whole, whose last offsets may have no record."""
    if cutter.pending or cutter.is_new:
        yield cutter.split, cutter.pending


def _at_a_time(splits: Sequence[Split], block: int) -> int:
    """As many as have a block together: records that wait while many more come are out of the CPU's caches when
    they are decoded.
    """
    fitting = block * len(splits) // max(1, sum(split.length for split in splits))
    return min(len(splits), max(_FEWEST, fitting))


def _range_reader(
    reader: SplitReader, kafka: KafkaSettings, manifest: Manifest, splits: Sequence[Split], at_a_time: int
) -> RangeReader:
    """Goes on where ``reader`` stands, if the one split does. Where ``reader`` stands then is not known until it was
    read whole.
    """
    topic = manifest.topic

    def refuse(partition: int, gone: range) -> None:
        raise data_loss(topic, (LostRange(partition=partition, start=gone.start, end=gone.stop),))

    goes_on = len(splits) == 1 and reader.goes_on_with(manifest, splits[0])
    ranges = RangeReader(
        reader.consumer,
        kafka,
        topic,
        f"reading {topic} partition {', '.join(str(split.partition) for split in splits)}",
        refuse,
        at_once=_FIRST_AT_ONCE,
        stays=reader.stays,
        side_by_side=at_a_time,
        stand=reader.stand if goes_on else None,
    )
    reader.topic, reader.topic_id, reader.stand = topic, manifest.topic_id, None
    return ranges
