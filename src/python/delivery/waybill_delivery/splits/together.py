"""Small splits of several partitions, carried by one task: it asks, reads and decodes them side by side.

Each of them by itself costs a task, four questions to Kafka, a first fetch to wait for, and whatever was fetched past
its end: with many partitions more than its rows do.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from waybill_common.ledger import Split


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
