"""What a run delivered, in sums: a run may go on for months, so it does not keep its receipts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import structlog

from waybill_common.ledger import Receipt
from waybill_delivery.common_reasons import CommonReason, commonest
from waybill_delivery.letter_groups import LetterGroup, merged


@dataclass
class RunSummary:
    """``objects`` counts those of data and of dead letters; ``letters`` are the dead letters that stand in them.
    ``redriven`` is the summary of what was redriven, None where there is no such dataset.
    """

    commits: list[int] = field(default_factory=list)
    rows: int = 0
    dead: int = 0
    skipped: int = 0
    lost: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    objects: int = 0
    topic: str = ""
    letters: tuple[LetterGroup, ...] = ()
    redriven: RunSummary | None = None

    def add(self, receipt: Receipt, letters: Iterable[LetterGroup] = ()) -> None:
        """Count a receipt of this run, and its dead letters."""
        self.commits.append(receipt.number)
        self.rows += receipt.rows
        self.dead += receipt.dead
        self.skipped += receipt.skipped
        self.lost += receipt.lost
        self.reasons.update(receipt.reasons)
        self.objects += receipt.objects
        self.topic = receipt.topic
        self.letters = merged((*self.letters, *letters))

    @property
    def commonest(self) -> tuple[CommonReason, ...]:
        """Reasons of dead letters."""
        return commonest(self.topic, self.reasons, self.letters)

    def say_reasons(self) -> None:
        """Of its dead letters, for whoever reads the log."""
        for one in self.commonest:
            fields = {"fields": one.fields} if one.fields else {}
            structlog.get_logger().warning(
                "dead_letters", reason=one.reason, count=one.count, **fields, example=one.example
            )
        if self.redriven is not None:
            self.redriven.say_reasons()

    def as_json(self, *, seconds: float) -> dict[str, object]:
        """``{"commits", "rows", "dead", "skipped", "lost", "reasons", "commonest_reasons", "objects", "seconds"}``;
        ``redriven``, where there is such a dataset, has all but the last of these.
        """
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
            "commonest_reasons": [one.as_json() for one in self.commonest],
            "objects": self.objects,
        }
