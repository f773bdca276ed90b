"""What a redrive would do, or did, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from waybill_common.printable import printable
from waybill_ops.dead_letters.dead_letter import LetterState
from waybill_ops.dead_letters.listing import brief
from waybill_ops.dead_letters.listing import readable
from waybill_ops.redrive.patching import PatchedLetter
from waybill_ops.redrive.patching import PatchVerdict

_WORDS = {
    PatchVerdict.SEND: "satisfies the contract",
    PatchVerdict.REDRIVEN: "was redriven before",
    PatchVerdict.WAIVED: "is waived",
    PatchVerdict.LEFT: "the patch leaves it",
    PatchVerdict.NO_EVENT: "no JSON object that a patch could mend",
    PatchVerdict.BROKEN: "still breaks the contract",
    PatchVerdict.UNSENDABLE: (
        "a header's name is no UTF-8, and this client can't send such a name; export the letter, produce it with a "
        "client that can, and waive it"
    ),
}


@dataclass
class RedrivePreview:
    """The first ``limit`` letters and what would become of each, and counts of all."""

    limit: int
    verdicts: Counter[PatchVerdict] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    shown: list[PatchedLetter] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.verdicts.total()

    @property
    def more(self) -> int:
        return self.total - len(self.shown)


def look_at(considered: Iterable[PatchedLetter], limit: int) -> RedrivePreview:
    outlook = RedrivePreview(limit)
    for one in considered:
        outlook.verdicts[one.verdict] += 1
        if one.dead is not None:
            outlook.broken[one.dead.reason.value] += 1
        if len(outlook.shown) < limit:
            outlook.shown.append(one)
    return outlook


def outlook_as_json(outlook: RedrivePreview, sent: int | None) -> dict[str, Any]:
    """``sent`` is None after a dry run. ``verdicts`` are as they were before anything was sent."""
    return {
        "dry_run": sent is None,
        "sent": sent or 0,
        "letters": outlook.total,
        "verdicts": {verdict.value: outlook.verdicts[verdict] for verdict in PatchVerdict},
        "still_broken": dict(sorted(outlook.broken.items())),
        "shown": [_shown(one) for one in outlook.shown],
        "more": outlook.more,
    }


def print_outlook(outlook: RedrivePreview, sent: int | None, console: Console) -> None:
    if outlook.shown:
        table = Table("place", "reason", "verdict", "what", box=None, header_style="dim")
        for one in outlook.shown:
            place, dead = one.letter.place, one.dead
            what = _WORDS[one.verdict] + (f": {dead.reason} {dead.detail}" if dead else "")
            table.add_row(
                f"{place.partition}:{place.offset}",
                escape(printable(one.letter.reason)),
                one.verdict.value,
                escape(printable(what)),
            )
        console.print(table)
    if outlook.shown and outlook.more:
        console.print(f"… and {outlook.more:,} more; --limit shows more of them")
    for verdict in PatchVerdict:
        if outlook.verdicts[verdict] and verdict is not PatchVerdict.SEND:
            console.print(f"{outlook.verdicts[verdict]:,} not sent: {_WORDS[verdict]}")
    ready = outlook.verdicts[PatchVerdict.SEND]
    if sent is None:
        console.print(f"dry run: {ready:,} of {outlook.total:,} letters would be sent; --send sends them")
    else:
        console.print(f"sent {sent:,} of {outlook.total:,} letters")


def _shown(one: PatchedLetter) -> dict[str, Any]:
    states = {PatchVerdict.REDRIVEN: LetterState.REDRIVEN, PatchVerdict.WAIVED: LetterState.WAIVED}
    return {
        **brief(one.letter, states.get(one.verdict, LetterState.OPEN)),
        "verdict": one.verdict.value,
        "value": readable(one.value),
        "still_broken": {"reason": one.dead.reason.value, "detail": one.dead.detail} if one.dead else None,
    }
