"""What a redrive would do, or did, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from waybill_common.screen import Screen
from waybill_ops.dead_letters import DeadLetterState, brief, readable
from waybill_ops.redrive.patching import PatchedDeadLetter, PatchVerdict

_WORDS = {
    PatchVerdict.SEND: "satisfies the contract",
    PatchVerdict.REDRIVEN: "was redriven before",
    PatchVerdict.WAIVED: "is waived",
    PatchVerdict.LEFT: "the patch leaves it",
    PatchVerdict.NO_EVENT: "no JSON object that a patch could mend",
    PatchVerdict.BROKEN: "still breaks the contract",
    PatchVerdict.UNSELECTED: "the contract's select does not ask for it",
    PatchVerdict.UNSENDABLE: (
        "a header's name is no UTF-8, and this client can't send such a name; export the dead letter, produce it with "
        "a client that can, and waive it"
    ),
}


@dataclass
class RedrivePreview:
    """The first ``limit`` dead letters and what would become of each, and counts of all."""

    limit: int
    verdicts: Counter[PatchVerdict] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    shown: list[PatchedDeadLetter] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.verdicts.total()

    @property
    def more(self) -> int:
        return self.total - len(self.shown)


def preview_of(considered: Iterable[PatchedDeadLetter], limit: int) -> RedrivePreview:
    preview = RedrivePreview(limit)
    for one in considered:
        preview.verdicts[one.verdict] += 1
        if one.dead is not None:
            preview.broken[one.dead.reason] += 1
        if len(preview.shown) < limit:
            preview.shown.append(one)
    return preview


def preview_as_json(preview: RedrivePreview, sent: int | None) -> dict[str, Any]:
    """``sent`` is None after a dry run. ``verdicts`` are as they were before anything was sent."""
    return {
        "dry_run": sent is None,
        "sent": sent or 0,
        "letters": preview.total,
        "verdicts": {verdict.value: preview.verdicts[verdict] for verdict in PatchVerdict},
        "still_broken": dict(sorted(preview.broken.items())),
        "shown": [_shown(one) for one in preview.shown],
        "more": preview.more,
    }


def print_preview(preview: RedrivePreview, sent: int | None, screen: Screen, *, sent_to: str) -> None:
    if preview.shown:
        screen.table(("place", "reason", "verdict", "what"), [_row(one) for one in preview.shown])
    if preview.shown and preview.more:
        screen.line(f"… and {preview.more:,} more; --limit shows more of them")
    for verdict in PatchVerdict:
        if preview.verdicts[verdict] and verdict is not PatchVerdict.SEND:
            screen.line(f"{preview.verdicts[verdict]:,} not sent: {_WORDS[verdict]}")
    ready = preview.verdicts[PatchVerdict.SEND]
    if sent is None:
        screen.line(
            f"dry run: {ready:,} of {preview.total:,} dead letters would be sent; --send sends them to {sent_to}"
        )
    else:
        screen.line(f"sent {sent:,} of {preview.total:,} dead letters to {sent_to}")


def _row(one: PatchedDeadLetter) -> tuple[str, ...]:
    coordinates, dead = one.dead_letter.coordinates, one.dead
    what = _WORDS[one.verdict] + (f": {dead.reason} {dead.detail}" if dead else "")
    return f"{coordinates.partition}:{coordinates.offset}", one.dead_letter.reason, one.verdict.value, what


def _shown(one: PatchedDeadLetter) -> dict[str, Any]:
    states = {PatchVerdict.REDRIVEN: DeadLetterState.REDRIVEN, PatchVerdict.WAIVED: DeadLetterState.WAIVED}
    return {
        **brief(one.dead_letter, states.get(one.verdict, DeadLetterState.OPEN)),
        "verdict": one.verdict.value,
        "value": readable(one.value),
        "still_broken": {"reason": one.dead.reason, "detail": one.dead.detail} if one.dead else None,
    }
