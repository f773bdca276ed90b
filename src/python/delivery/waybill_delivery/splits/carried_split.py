"""What a task hands back of a split: its report, which becomes the ledger's, and what is told of it beside that."""

from __future__ import annotations

from dataclasses import dataclass

from waybill_common.ledger import SplitReport, SplitReport1, SplitReport3
from waybill_delivery.letter_groups import LetterGroup, from_json, to_json


@dataclass(frozen=True)
class CarriedSplit:
    """``letters`` are the dead letters that stand, whoever stored them."""

    report: SplitReport
    letters: tuple[LetterGroup, ...] = ()

    def to_text(self) -> str:
        """Two lines: the report may be long, and is parsed as it stands."""
        return f"{to_json(self.letters)}\n{self.report.model_dump_json()}"


def carried_split_in(text: str, format: int) -> CarriedSplit:  # noqa: A002  # the ledger's word for it
    letters, _, report = text.partition("\n")
    kind = SplitReport3 if format >= 3 else SplitReport1
    return CarriedSplit(kind.model_validate_json(report), from_json(letters))
