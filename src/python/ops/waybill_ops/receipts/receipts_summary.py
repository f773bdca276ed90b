"""Receipts added up. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from waybill_common.ledger import ObjectEntry, Receipt


@dataclass(frozen=True)
class CommitLine:
    """One commit. ``objects`` and ``bytes`` are those of data and dead letters together."""

    commit: int
    rows: int
    dead_letters: int
    skipped: int
    empty: int
    lost: int
    objects: int
    bytes: int


@dataclass(frozen=True)
class ListedObject:
    """One object that a receipt names; ``key`` is relative to the stream's folder."""

    commit: int
    kind: Literal["data", "dead_letters"]
    entry: ObjectEntry

    def as_json(self) -> dict[str, Any]:
        return {"commit": self.commit, "kind": self.kind, **self.entry.model_dump()}


@dataclass(frozen=True)
class ReceiptsSummary:
    """``frontier`` is that after the last of the commits; empty where there are none."""

    lines: tuple[CommitLine, ...]
    reasons: Mapping[str, int]
    frontier: Mapping[int, int]
    objects: tuple[ListedObject, ...]

    def total(self, field: str) -> int:
        return sum(getattr(line, field) for line in self.lines)

    def as_json(self) -> dict[str, Any]:
        """Sums over all commits; partitions are strings, as in the ledger."""
        return {
            "first_commit": self.lines[0].commit if self.lines else None,
            "last_commit": self.lines[-1].commit if self.lines else None,
            "commits": len(self.lines),
            **{field: self.total(field) for field in SUMS},
            "reasons": dict(sorted(self.reasons.items())),
            "frontier": {str(partition): offset for partition, offset in sorted(self.frontier.items())},
        }


SUMS = ("rows", "dead_letters", "skipped", "empty", "lost", "objects", "bytes")


def summarise(receipts: Iterable[Receipt], *, with_objects: bool) -> ReceiptsSummary:
    """``receipts`` in the order of their numbers; of each only its line is kept and, if asked for, its objects."""
    lines: list[CommitLine] = []
    reasons: Counter[str] = Counter()
    frontier: Mapping[int, int] = {}
    kept: list[ListedObject] = []
    for receipt in receipts:
        stored = list(objects_of(receipt))
        lines.append(
            CommitLine(
                commit=receipt.number,
                rows=receipt.rows,
                dead_letters=receipt.dead,
                skipped=receipt.skipped,
                empty=receipt.empty,
                lost=receipt.lost,
                objects=len(stored),
                bytes=sum(one.entry.bytes for one in stored),
            )
        )
        reasons.update(receipt.reasons)
        frontier = receipt.frontier
        if with_objects:
            kept += stored
    return ReceiptsSummary(tuple(lines), reasons, frontier, tuple(kept))


def objects_of(receipt: Receipt) -> Iterator[ListedObject]:
    for split in receipt.splits:
        for entry in split.data:
            yield ListedObject(receipt.number, "data", entry)
        if split.dead_letters is not None:
            yield ListedObject(receipt.number, "dead_letters", split.dead_letters)
