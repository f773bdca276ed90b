"""The commonest reasons of dead letters, for people and programs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waybill_delivery.letter_groups import LetterGroup

MOST_REASONS = 3
_MOST_NAMED = 3
"""Fields of a reason."""


@dataclass(frozen=True)
class CommonReason:
    """``count`` letters have it. ``groups`` are those that are known of them, the commonest first; its example is the
    first one's.
    """

    reason: str
    count: int
    topic: str
    groups: tuple[LetterGroup, ...]

    @property
    def fields(self) -> str:
        return ", ".join(f"{one.field} ({one.count})" for one in self.groups if one.field is not None)

    @property
    def example(self) -> str:
        """``topic partition:offset``; ``unknown`` where no letter could be looked at."""
        return (
            f"{self.topic} {self.groups[0].partition}:{self.groups[0].offset}" if self.groups else "unknown"
        )

    def as_json(self) -> dict[str, object]:
        """``{"reason", "count", "fields": [{"field", "count"}], "example": {"topic", "partition", "offset"}}``."""
        first = self.groups[0] if self.groups else None
        return {
            "reason": self.reason,
            "count": self.count,
            "fields": [
                {"field": one.field, "count": one.count} for one in self.groups if one.field is not None
            ],
            "example": first and {"topic": self.topic, "partition": first.partition, "offset": first.offset},
        }

    def __str__(self) -> str:
        where = f" in {self.fields}" if self.fields else ""
        such = f"such as {self.example}" if self.groups else "an example is unknown"
        return f"{self.count} {self.reason}{where}, {such}"


def commonest(
    topic: str, reasons: Mapping[str, int], groups: Sequence[LetterGroup]
) -> tuple[CommonReason, ...]:
    """``groups`` have the commonest first. Counts of reasons are whole, whatever is known of their fields."""
    ordered = sorted(reasons.items(), key=lambda one: (-one[1], one[0]))[:MOST_REASONS]
    return tuple(
        CommonReason(reason, count, topic, tuple(one for one in groups if one.reason == reason)[:_MOST_NAMED])
        for reason, count in ordered
    )
