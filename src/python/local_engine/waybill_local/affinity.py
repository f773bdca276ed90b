"""Which split a free worker gets: one that goes on where it stands, if there is any; nobody waits for one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from waybill_common.ledger import Split

MOST = 4
"""Consumers of a worker that stay: each costs a connection, some threads and what it has read ahead."""

SplitStart = tuple[str, int, int]
"""A topic, a partition and an offset of it."""


def is_needed(used: int, commit: int) -> bool:
    """Whether a consumer that was last ``used`` in that commit stays where it stands, whatever else wants one. Commits
    are counted as they come to the workers, whichever stream's they are.

    Else a worker of many partitions would move each of them with each split, and drop what it has read ahead.
    """
    return used >= commit - 1


@dataclass
class Stands:
    """Where a worker's consumers stand, as far as the driver knows: at the ends of the last splits that it gave it."""

    _ends: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    """Of each topic's partition: where, and in which commit it was last moved. The one that was used last is at the
    end.
    """

    def go_on(self, topic: str, commit: int, splits: Sequence[Split]) -> None:
        """It carries ``splits`` now. Of one its consumer stays; for several, and where all others are needed, another
        one passes by.
        """
        for split in splits:
            self._ends.pop((topic, split.partition), None)
        if len(splits) > 1:
            return
        if len(self._ends) == MOST:
            first = next(iter(self._ends))
            if is_needed(self._ends[first][1], commit):
                return
            del self._ends[first]
        self._ends[topic, splits[0].partition] = splits[0].end, commit

    def places(self) -> Collection[SplitStart]:
        """Where splits begin that it goes on with."""
        return [(topic, partition, end) for (topic, partition), (end, _) in self._ends.items()]


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
