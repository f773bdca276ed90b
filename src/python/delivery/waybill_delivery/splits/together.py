"""Small splits of several partitions, carried by one task: it asks, reads and decodes them side by side.

Each of them by itself costs a task, four questions to Kafka, a first fetch to wait for, and whatever was fetched past
its end: with many partitions more than its rows do.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from waybill_common.kafka import Reader, log_start, topic_id
from waybill_common.ledger import Split, SplitReport, check_still_the_topic
from waybill_delivery.events import Block, Decoder, first_readable, read_splits
from waybill_delivery.splits.task import BLOCK, TaskContext, collector_resting, end_of_loss, store_split


def deal(splits: Sequence[Split], tasks: int, longest: int) -> list[tuple[Split, ...]]:
    """``splits`` for ``tasks`` tasks that have as many offsets each as can be.

    A task has at most ``longest`` offsets, which it holds in memory, or one split; and one split of a partition, since
    a consumer reads a partition from one place. Where that takes more tasks, there are more.
    """
    dealt: list[list[Split]] = []
    hands: list[tuple[int, int]] = []
    for split in sorted(splits, key=lambda one: -one.length):
        passed: list[tuple[int, int]] = []
        while hands and hands[0][0] + split.length <= longest and _has(dealt[hands[0][1]], split.partition):
            passed.append(heapq.heappop(hands))
        if len(dealt) >= tasks and hands and hands[0][0] + split.length <= longest:
            held, index = heapq.heappop(hands)
            dealt[index].append(split)
        else:
            held, index = 0, len(dealt)
            dealt.append([split])
        for hand in (*passed, (held + split.length, index)):
            heapq.heappush(hands, hand)
    return [tuple(one) for one in dealt]


def _has(hand: Sequence[Split], partition: int) -> bool:
    return any(split.partition == partition for split in hand)


def deliver_together(
    context: TaskContext, splits: Sequence[Split], consumer: Reader, decoder: Decoder
) -> list[SplitReport]:
    """What ``deliver_split`` does, for splits of as many partitions; what it promises, it promises of each."""
    manifest, kafka = context.manifest, context.kafka
    check_still_the_topic(manifest, topic_id(kafka, manifest.topic))
    starts = {
        split: first_readable(consumer, kafka, manifest.topic, split, accept_loss=context.accept_loss)
        for split in splits
    }
    blocks: dict[Split, list[Block]] = {split: [] for split in splits}
    with collector_resting():
        for split, records in read_splits(consumer, kafka, manifest.topic, starts, BLOCK):
            blocks[split].append(decoder.decode(split.partition, records))
    lows = {split: log_start(consumer, kafka, manifest.topic, split.partition) for split in splits}
    # The last thing that Kafka is asked: it vouches for all that was read.
    check_still_the_topic(manifest, topic_id(kafka, manifest.topic))
    return [
        store_split(context, split, blocks[split], end_of_loss(context, split, blocks[split], lows[split]))
        for split in splits
    ]
