"""How far the next commit is to reach: what is there, within the settings' bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from waybill_common.ledger import Frontier
from waybill_delivery.loop import DeliveryLoop


def reach_by_commits(
    delivery: DeliveryLoop, ends: Mapping[int, int], most: int, should_stop: Callable[[], bool]
) -> None:
    """Deliver up to ``ends``, in commits of ``most`` offsets; stops between them where ``should_stop`` says so.

    Also where nothing is left up to there, the topic is looked at once.
    """
    while not should_stop():
        delivery.reach(next_targets(delivery.position.frontier, ends, most), should_stop)
        if not pending(delivery.position.frontier, ends):
            return


def next_targets(frontier: Mapping[int, int], ends: Mapping[int, int], most: int) -> Frontier:
    """``ends``, or so far that no more than ``most`` offsets are passed; each partition gets its share of them.

    A partition that has any offset left gets at least one, so that none starves beside others.
    """
    left = {p: end - frontier.get(p, 0) for p, end in ends.items() if end > frontier.get(p, 0)}
    whole = sum(left.values())
    if whole <= most:
        return {**frontier, **ends}
    shares = {p: max(1, most * count // whole) for p, count in left.items()}
    return {**frontier, **{p: frontier.get(p, 0) + share for p, share in shares.items()}}


def pending(frontier: Mapping[int, int], ends: Mapping[int, int]) -> int:
    """Offsets between them."""
    return sum(max(0, end - frontier.get(p, 0)) for p, end in ends.items())
