"""What an asset event says of the receipts, and how events chain: each begins where the one before it ended. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

FIELDS = ("first_commit", "last_commit", "rows", "objects", "dead_letters", "lost", "frontier")
"""An event's ``extra``; ``waybill report --json`` uses the same names."""

LOOK_BACK = 100
"""Events that are looked at for the last one of ours: somebody may have made others by hand."""


class EventsDiffer(Exception):
    """Events do not chain, or do not say what the receipts say."""


def last_commit(extras: Iterable[Mapping[str, Any]]) -> int:
    """Where the next event begins: after the last commit of the newest event that names one. 0 before any event.

    ``extras`` newest first. Raises ``EventsDiffer`` where there are events but none of them names a commit.
    """
    seen = 0
    for extra in extras:
        number = extra.get("last_commit")
        if type(number) is int and number >= 0:
            return number
        seen += 1
    if seen:
        raise EventsDiffer(f"none of the last {seen} events has a last_commit")
    return 0


def extra_of(report: Mapping[str, Any]) -> dict[str, Any] | None:
    """The next event's ``extra``; None where no receipt came since, and so no event."""
    return {field: report[field] for field in FIELDS} if report["commits"] else None


@dataclass(frozen=True)
class DeliveredCommits:
    """One event, for a consumer: commits ``first`` to ``last``, both included, and what they hold."""

    first: int
    last: int
    rows: int
    objects: int

    def check(self, report: Mapping[str, Any]) -> None:
        """Raises ``EventsDiffer`` where the receipts say something else than the event did."""
        told = (self.first, self.last, self.rows, self.objects)
        found = tuple(report[field] for field in ("first_commit", "last_commit", "rows", "objects"))
        if told != found:
            raise EventsDiffer(f"the event says {told} (first, last, rows, objects), the receipts {found}")


def deliveries(extras: Iterable[Mapping[str, Any]]) -> tuple[DeliveredCommits, ...]:
    """Several events may come as one run. In the order of their commits; an event that names no commits, made by hand
    to begin the chain anew, is none. Raises ``EventsDiffer`` where two name the same commit."""
    found = sorted(
        (
            DeliveredCommits(extra["first_commit"], extra["last_commit"], extra["rows"], extra["objects"])
            for extra in extras
            if "first_commit" in extra
        ),
        key=lambda one: one.first,
    )
    for earlier, later in pairwise(found):
        if later.first <= earlier.last:
            raise EventsDiffer(f"two events name commit {later.first!r}")
    return tuple(found)
