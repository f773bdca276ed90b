"""From offsets and times to lag, and from lag to what is beyond the bounds. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from waybill_common.errors import LagExceeded
from waybill_common.ledger import LostRange


@dataclass(frozen=True)
class PartitionLag:
    """One partition as it was found. ``oldest_ms`` is the timestamp of its first undelivered record, if it has any."""

    partition: int
    frontier: int
    log_start: int
    log_end: int
    oldest_ms: int | None

    @property
    def behind(self) -> int:
        """Offsets in the log that are not delivered; transaction markers are among them."""
        return max(0, self.log_end - max(self.frontier, self.log_start))

    @property
    def room(self) -> int:
        """Offsets between the log start and the first undelivered one; below 0 they are lost."""
        return self.frontier - self.log_start


@dataclass(frozen=True)
class Retention:
    """The topic's ``retention.ms`` and ``retention.bytes``; -1 is for ever."""

    ms: int
    bytes: int


@dataclass(frozen=True)
class Lag:
    """All partitions at one moment."""

    partitions: tuple[PartitionLag, ...]
    retention: Retention
    now_ms: int

    @property
    def behind(self) -> int:
        return sum(one.behind for one in self.partitions)

    @property
    def retention_used(self) -> float:
        return max((self.used(one) for one in self.partitions), default=0.0)

    def age(self, one: PartitionLag) -> float | None:
        """Seconds; a record from a clock ahead of ours has the age 0."""
        return None if one.oldest_ms is None else max(0, self.now_ms - one.oldest_ms) / 1000

    def used(self, one: PartitionLag) -> float:
        """0: nothing waits. 1: retention is about to take what was never delivered.

        By time it is the oldest undelivered record's age. By size Kafka tells no bytes for offsets, so it is the part
        of the log that waits, once Kafka has begun to drop records at all.
        """
        age, length = self.age(one), one.log_end - one.log_start
        by_time = age * 1000 / self.retention.ms if age is not None and self.retention.ms > 0 else 0.0
        by_size = one.behind / length if self.retention.bytes > 0 and one.log_start > 0 and length else 0.0
        return max(by_time, by_size)

    def lost_ranges(self) -> tuple[LostRange, ...]:
        """What is lost already: undelivered offsets below the log start."""
        return tuple(
            LostRange(partition=one.partition, start=one.frontier, end=one.log_start)
            for one in self.partitions
            if one.room < 0
        )


@dataclass(frozen=True)
class LagBounds:
    """``behind`` in offsets of all partitions; ``retention_used`` as a fraction, for the worst partition."""

    behind: int | None
    retention_used: float | None


def exceeded(lag: Lag, bounds: LagBounds, topic: str) -> LagExceeded | None:
    """What is beyond the bounds, with the numbers; None where nothing is."""
    beyond = list(_beyond(lag, bounds))
    if not beyond:
        return None
    return LagExceeded(
        f"Delivery of {topic} is late: {'; '.join(beyond)}.",
        allowed="what --max-behind and --max-retention-used say.",
        remedy="deliver now (`waybill deliver`, `waybill submit` or the DAG) and find out why delivery stopped; until "
        "then raise the topic's retention: beyond it Kafka deletes what was never delivered.",
    )


def _beyond(lag: Lag, bounds: LagBounds) -> Iterator[str]:
    if bounds.behind is not None and lag.behind > bounds.behind:
        yield f"{lag.behind} offsets are not delivered, the bound is {bounds.behind}"
    if bounds.retention_used is not None:
        for one in lag.partitions:
            if lag.used(one) > bounds.retention_used:
                age = lag.age(one)
                oldest = "" if age is None else f", its oldest undelivered record is {age:.0f} s old"
                yield (
                    f"partition {one.partition} has used {lag.used(one):.1%} of its retention, the bound is "
                    f"{bounds.retention_used:.1%}: {one.behind} offsets wait{oldest}, retention.ms is "
                    f"{lag.retention.ms}, retention.bytes {lag.retention.bytes}"
                )
