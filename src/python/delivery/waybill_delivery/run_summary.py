"""What a run delivered, in sums: a run may go on for months, so it does not keep its receipts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from waybill_common.ledger import Receipt


@dataclass
class RunSummary:
    """``objects`` counts those of data and of dead letters. ``redriven`` is the summary of what was redriven, None
    where there is no such dataset."""

    commits: list[int] = field(default_factory=list)
    rows: int = 0
    dead: int = 0
    skipped: int = 0
    lost: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    objects: int = 0
    redriven: RunSummary | None = None

    def add(self, receipt: Receipt) -> None:
        """Count a receipt of this run."""
        self.commits.append(receipt.number)
        self.rows += receipt.rows
        self.dead += receipt.dead
        self.skipped += receipt.skipped
        self.lost += receipt.lost
        self.reasons.update(receipt.reasons)
        self.objects += receipt.objects

    def as_json(self, *, seconds: float) -> dict[str, object]:
        """``{"commits", "rows", "dead", "skipped", "lost", "reasons", "objects", "seconds"}``; ``redriven``, where
        there is such a dataset, has all but the last of these."""
        told = {**self.sums(), "seconds": round(seconds, 3)}
        return told if self.redriven is None else {**told, "redriven": self.redriven.sums()}

    def sums(self) -> dict[str, object]:
        return {
            "commits": self.commits,
            "rows": self.rows,
            "dead": self.dead,
            "skipped": self.skipped,
            "lost": self.lost,
            "reasons": dict(sorted(self.reasons.items())),
            "objects": self.objects,
        }
