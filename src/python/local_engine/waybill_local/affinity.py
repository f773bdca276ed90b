"""Which split a free worker gets: one that goes on where it stands, if there is any; nobody waits for one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from waybill_common.ledger import Split

MOST = 4
"""Consumers of a worker: each costs a connection, some threads and what it has read ahead."""

SplitStart = tuple[int, int]
"""A partition and an offset of it."""


@dataclass
class Stands:
    """Where a worker's consumers stand, as far as the driver knows: at the ends of the last splits that it gave it."""

    _ends: dict[int, int] = field(default_factory=dict)

    def go_on(self, splits: Sequence[Split]) -> None:
        """It carries ``splits`` now: of one its consumer stays, for several it takes one that stands nowhere then."""
        for split in splits:
            self._ends.pop(split.partition, None)
        if len(self._ends) == MOST:
            del self._ends[next(iter(self._ends))]
        if len(splits) == 1:
            self._ends[splits[0].partition] = splits[0].end

    def places(self) -> Collection[SplitStart]:
        """Where splits begin that it goes on with."""
        return self._ends.items()


def choose(
    free: Sequence[Stands], busy: Sequence[Stands], left: Mapping[SplitStart, int]
) -> tuple[Stands, int]:
    """One of the ``free`` workers and the split for it, or several. ``left`` has their numbers by where the first one
    begins, in order.

    A split that goes on where no worker stands is preferred to one that goes on where another one does.
    """
    for one in free:
        for place in one.places():
            if place in left:
                return one, left[place]
    taken = {place for one in busy for place in one.places()}
    return free[-1], next(
        (index for place, index in left.items() if place not in taken), next(iter(left.values()))
    )
