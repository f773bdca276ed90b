"""What a worker is given at once: a split, or small ones of several partitions that it carries side by side."""

from __future__ import annotations

from waybill_common.ledger import Split
from waybill_delivery.splits import TaskContext, deal
from waybill_local.affinity import MOST

Hand = tuple[Split, ...]

_HANDS_FOR_A_WORKER = 2
"""A commit is as slow as its slowest worker: with some hands for each, those that are fast carry more of them."""

_SMALL = 10_000
"""Offsets of a split that costs more by itself than beside others. By itself it is read by a consumer that stays
nowhere: what that fetches beyond its end is dropped, and while its first records come nobody works.
"""


def hands_of(context: TaskContext, workers: int) -> list[Hand]:
    """One split each of as many partitions as there are consumers to keep: those of the lowest numbers, so that they
    are the same ones from commit to commit. Of the other partitions small ones go together.
    """
    partitions = sorted({split.partition for split in context.splits})
    stays = {*partitions[: workers * MOST]}
    alone, together = list[Hand](), list[Split]()
    for split in context.splits:
        if split.partition in stays or split.length > _SMALL:
            alone.append((split,))
        else:
            together.append(split)
    return alone + deal(together, workers * _HANDS_FOR_A_WORKER, context.longest)
