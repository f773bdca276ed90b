"""What a worker is given at once: a split, or small ones of several partitions that it carries side by side."""

from __future__ import annotations

from waybill_common.ledger import Split
from waybill_delivery.splits import TaskContext, deal
from waybill_local.affinity import MOST

Hand = tuple[Split, ...]

_HANDS_FOR_A_WORKER = 2
"""A commit is as slow as its slowest worker: with some hands for each, those that are fast carry more of them."""


_SMALL = 1_000
"""Offsets of a split that costs more by itself than its records do side by side with others, which is three times what
they cost otherwise: a consumer of many partitions has read ahead of the end of each in vain.
"""


def hands_of(context: TaskContext, workers: int) -> list[Hand]:
    """One split each while there is a consumer to keep for every partition, in the manifest's order.

    Beyond that small ones go together; the others go before them, each by itself.
    """
    splits = context.splits
    if len({split.partition for split in splits}) <= workers * MOST:
        return [(split,) for split in splits]
    small = [split for split in splits if split.length <= _SMALL]
    return [
        *((split,) for split in splits if split.length > _SMALL),
        *deal(small, workers * _HANDS_FOR_A_WORKER, context.longest),
    ]
