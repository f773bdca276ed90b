"""What pages show of commits. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from waybill_common.ledger import LostRange, ObjectEntry3, Receipt
from waybill_console.cluster import Bounds
from waybill_ops.receipts import ListedObject, objects_of

PICTURED = 200
"""Commits that the picture shows, and that a search looks through at a time."""


@dataclass(frozen=True)
class CommitTimes:
    """When the receipt was stored, and seconds since its manifest was; None where the store does not say."""

    closed: datetime | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class WaitingOffsets:
    """One partition of the stream's topic; what Kafka or the lake did not tell is None."""

    partition: int
    frontier: int | None
    bounds: Bounds | None

    @property
    def waiting(self) -> int | None:
        if self.bounds is None or self.frontier is None:
            return None
        return max(0, self.bounds.end - max(self.frontier, self.bounds.start))

    @property
    def lost(self) -> int:
        """Offsets that were never delivered, and that retention has taken."""
        if self.bounds is None or self.frontier is None:
            return 0
        return max(0, self.bounds.start - self.frontier)


@dataclass(frozen=True)
class RecentCommits:
    """The newest receipts added up."""

    receipts: tuple[Receipt, ...]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.receipts)

    @property
    def dead(self) -> int:
        return sum(one.dead for one in self.receipts)

    @property
    def lost(self) -> int:
        return sum(one.lost for one in self.receipts)

    @property
    def most(self) -> int:
        """Rows, dead letters and lost offsets of the largest."""
        return max((one.rows + one.dead + one.lost for one in self.receipts), default=0)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        found: Counter[str] = Counter()
        for one in self.receipts:
            found.update(one.reasons)
        return found.most_common()

    @property
    def holes(self) -> list[tuple[int, LostRange]]:
        """Lost ranges with the commit that declared them, the newest first."""
        return [(one.number, hole) for one in reversed(self.receipts) for hole in one.holes]


def lags(frontier: Mapping[int, int] | None, bounds: Mapping[int, Bounds]) -> tuple[WaitingOffsets, ...]:
    """Of a partition that the ledger does not have yet nothing was delivered."""
    partitions = sorted({*(frontier or ()), *bounds})
    return tuple(
        WaitingOffsets(p, None if frontier is None else frontier.get(p, 0), bounds.get(p)) for p in partitions
    )


def total_waiting(of: Iterable[WaitingOffsets]) -> int | None:
    found = [one.waiting for one in of]
    return None if None in found else sum(one or 0 for one in found)


def newest_numbers(last: int, count: int, before: int | None = None) -> range:
    """The ``count`` numbers that end at ``last``, or just below ``before``."""
    end = last if before is None else max(0, min(last, before - 1))
    return range(max(1, end - count + 1), end + 1)


def objects_with(receipt: Receipt, partition: int, offset: int) -> list[int]:
    """Places in the commit's list of objects that may hold an offset, the narrowest knowledge used."""
    return [
        place
        for place, one in enumerate(listed_objects(receipt))
        if (span := offsets_of(receipt, one)) and span[0] == partition and span[1] <= offset <= span[2]
    ]


def listed_objects(receipt: Receipt) -> Sequence[ListedObject]:
    return list(objects_of(receipt))


def offsets_of(receipt: Receipt, listed: ListedObject) -> tuple[int, int, int] | None:
    """Partition, first and last offset that an object may have rows of: its own from format 3 on, else its split's."""
    for split in receipt.splits:
        if listed.entry in split.data or listed.entry is split.dead_letters:
            if isinstance(listed.entry, ObjectEntry3):
                return split.partition, listed.entry.offsets.first, listed.entry.offsets.last
            return split.partition, split.start, split.end - 1
    return None
