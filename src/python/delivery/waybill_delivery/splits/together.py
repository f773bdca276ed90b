"""Small splits of several partitions, carried by one task: it asks, reads and decodes them side by side.

Each of them by itself costs a task, four questions to Kafka, a first fetch to wait for, and whatever was fetched past
its end: with many partitions more than its rows do.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

from waybill_common.ledger import Split

_WHOLE = 2**30
"""A whole split, of which each split is a part."""


def deal(splits: Sequence[Split], tasks: int, longest: Mapping[int, int]) -> list[tuple[Split, ...]]:
    """``splits`` for ``tasks`` tasks that have as much each as can be. ``longest`` says how many offsets of a partition
    are a whole split; a split of which it says nothing is one.

    A task has no more than a whole split altogether, which it holds in memory, or one split; and one split of a
    partition, since a consumer reads a partition from one place. Where that takes more tasks, there are more.
    """
    parts = [(split, _part(split, longest)) for split in splits]
    dealt: list[dict[int, Split]] = []
    hands: list[tuple[int, int]] = []
    for split, part in sorted(parts, key=lambda one: -one[1]):
        passed: list[tuple[int, int]] = []
        while hands and hands[0][0] + part <= _WHOLE and split.partition in dealt[hands[0][1]]:
            passed.append(heapq.heappop(hands))
        if len(dealt) >= tasks and hands and hands[0][0] + part <= _WHOLE:
            held, index = heapq.heappop(hands)
            dealt[index][split.partition] = split
        else:
            held, index = 0, len(dealt)
            dealt.append({split.partition: split})
        for hand in (*passed, (held + part, index)):
            heapq.heappush(hands, hand)
    return [tuple(one.values()) for one in dealt]


def _part(split: Split, longest: Mapping[int, int]) -> int:
    return max(1, split.length * _WHOLE // longest.get(split.partition, split.length))
