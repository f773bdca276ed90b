"""Reading splits of several partitions side by side: what a fetch brings is of all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping

from confluent_kafka import Message

from waybill_common.kafka import RangeReader, Reader, offset_of
from waybill_common.ledger import LostRange, Split, data_loss
from waybill_common.settings import KafkaSettings


def read_splits(
    consumer: Reader, kafka: KafkaSettings, topic: str, starts: Mapping[Split, int], block: int
) -> Iterator[tuple[Split, list[Message]]]:
    """The records of each split from where ``starts`` says, in lists that end at every ``block``-th offset of theirs.

    No two splits are of one partition. A split may end in offsets without a record (transaction markers, aborted
    records), so it is done when the consumer's position has passed its end. Raises ``KafkaUnavailable`` after
    ``kafka.timeout`` without progress, ``DataLoss`` where the log start overtakes the reader.
    """

    def refuse(partition: int, gone: range) -> None:
        raise data_loss(topic, (LostRange(partition=partition, start=gone.start, end=gone.stop),))

    doing = f"reading {topic} partition {', '.join(str(split.partition) for split in starts)}"
    reader = RangeReader(consumer, kafka, topic, doing, refuse)
    cutters = {split.partition: _Cutter(split, start, block) for split, start in starts.items()}
    only = next(iter(cutters.values())) if len(cutters) == 1 else None
    for messages in reader.read({split.partition: (start, split.end) for split, start in starts.items()}):
        cutter = only or cutters[int(messages[0].partition() or 0)]
        for full in cutter.cut(messages):
            yield cutter.split, full
    for cutter in cutters.values():
        if cutter.pending or cutter.is_new:
            yield cutter.split, cutter.pending


class _Cutter:
    """Cuts the records of one split into blocks; ``pending`` are those of the block that is not full yet."""

    def __init__(self, split: Split, start: int, block: int) -> None:
        self.split = split
        self.pending: list[Message] = []
        self.is_new = True
        self._block = block
        self._edge = split.start + ((start - split.start) // block + 1) * block

    def cut(self, messages: list[Message]) -> Iterator[list[Message]]:
        """Blocks that are full, or end where the split does."""
        taken, last = 0, offset_of(messages[-1])
        while taken < len(messages) and last + 1 >= min(self._edge, self.split.end):
            end = bisect_left(messages, self._edge, key=offset_of)
            full = [*self.pending, *messages[taken:end]]
            self.pending, taken, self._edge, self.is_new = [], end, self._edge + self._block, False
            yield full
        self.pending += messages[taken:]
