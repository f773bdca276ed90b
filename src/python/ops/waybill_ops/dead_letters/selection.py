"""Which dead letters are meant: filters on what the record is, and where and when it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from waybill_ops.dead_letters.dead_letter import KeptDeadLetter
from waybill_ops.dead_letters.moment import millis_of


@dataclass(frozen=True)
class Selection:
    """Empty or None means any. ``since`` is inside, ``until`` is not; both compare the record's timestamp, UTC.
    A dead letter without a timestamp passes neither."""

    reasons: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    partitions: frozenset[int] = frozenset()
    offsets: tuple[range, ...] = ()

    @property
    def is_all(self) -> bool:
        return self == Selection()

    def takes(self, dead_letter: KeptDeadLetter) -> bool:
        coordinates, at = dead_letter.coordinates, dead_letter.timestamp
        return (
            (not self.reasons or dead_letter.reason in self.reasons)
            and (self.since is None or (at is not None and at >= millis_of(self.since)))
            and (self.until is None or (at is not None and at < millis_of(self.until)))
            and (not self.partitions or coordinates.partition in self.partitions)
            and (not self.offsets or any(coordinates.offset in span for span in self.offsets))
        )

    def may_take_from(self, partition: int, start: int, end: int) -> bool:
        """Whether offsets ``[start, end)`` of a partition can hold a dead letter that is taken."""
        return (not self.partitions or partition in self.partitions) and (
            not self.offsets or any(span.start < end and start < span.stop for span in self.offsets)
        )
