"""What a worker is given at once: a split, or small ones of several partitions that it carries side by side."""

from __future__ import annotations

from waybill_common.ledger import Split
from waybill_delivery.splits import TaskContext, deal
from waybill_local.affinity import MOST

Hand = tuple[Split, ...]

_HANDS_FOR_A_WORKER = 2
"""A commit is as slow as its slowest worker: with some hands for each, those that are fast carry more of them."""


def hands_of(context: TaskContext, workers: int) -> list[Hand]:
    """One split each while there is a consumer to keep for every partition, in the manifest's order.

    Beyond that a split would be read by a consumer that stood elsewhere, whatever it costs: together they cost it once.
    """
    splits = context.manifest.splits
    if len({split.partition for split in splits}) <= workers * MOST:
        return [(split,) for split in splits]
    return deal(splits, workers * _HANDS_FOR_A_WORKER, context.longest)
