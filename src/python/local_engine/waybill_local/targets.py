"""How far the next commit is to reach: what is there, within the settings' bounds."""

from __future__ import annotations

from collections.abc import Mapping

from waybill_common.ledger import Frontier


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
