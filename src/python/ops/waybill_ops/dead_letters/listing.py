"""Letters for people and for programs. Bytes are text where they are UTF-8, else base64."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from waybill_common.printable import printable
from waybill_ops.dead_letters.dead_letter import KeptDeadLetter
from waybill_ops.dead_letters.dead_letter import LetterState
from waybill_ops.dead_letters.dead_letter import RecordCoordinates
from waybill_ops.dead_letters.moment import format_millis
from waybill_ops.redrive.redrive_status import RedriveStatus
from waybill_ops.redrive.redrive_status import state_of


@dataclass
class DeadLetterListing:
    """The first ``limit`` letters, and counts of all."""

    limit: int
    total: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    shown: list[tuple[KeptDeadLetter, LetterState]] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.total - len(self.shown)


Stated = tuple[KeptDeadLetter, LetterState]


def stated(
    letters: Iterable[KeptDeadLetter],
    fates: Mapping[RecordCoordinates, RedriveStatus],
    states: frozenset[LetterState],
) -> Iterator[Stated]:
    """Letters with their state; of ``states`` only, where there are any."""
    for letter in letters:
        state = state_of(fates.get(letter.place))
        if not states or state in states:
            yield letter, state


def list_letters(letters: Iterable[Stated], limit: int) -> DeadLetterListing:
    found = DeadLetterListing(limit)
    for letter, state in letters:
        found.total += 1
        found.reasons[letter.reason] += 1
        found.states[state.value] += 1
        if len(found.shown) < limit:
            found.shown.append((letter, state))
    return found


def listing_as_json(listing: DeadLetterListing) -> dict[str, Any]:
    return {
        "total": listing.total,
        "reasons": dict(sorted(listing.reasons.items())),
        "states": dict(sorted(listing.states.items())),
        "letters": [brief(letter, state) for letter, state in listing.shown],
        "more": listing.more,
    }


def print_listing(listing: DeadLetterListing, console: Console) -> None:
    if listing.shown:
        table = Table("place", "time", "state", "reason", "detail", box=None, header_style="dim")
        for letter, state in listing.shown:
            table.add_row(
                f"{letter.place.partition}:{letter.place.offset}",
                "" if letter.timestamp is None else format_millis(letter.timestamp),
                state.value,
                escape(printable(letter.reason)),
                escape(printable(letter.detail)),
            )
        console.print(table)
    if listing.shown and listing.more:
        console.print(f"… and {listing.more:,} more; --limit shows more of them")
    reasons = ", ".join(
        f"{count:,} {escape(printable(reason))}" for reason, count in sorted(listing.reasons.items())
    )
    console.print(f"{listing.total:,} dead letters" + (f": {reasons}" if reasons else ""))


def brief(letter: KeptDeadLetter, state: LetterState) -> dict[str, Any]:
    return {
        "topic": letter.place.topic,
        "partition": letter.place.partition,
        "offset": letter.place.offset,
        "timestamp": None if letter.timestamp is None else format_millis(letter.timestamp),
        "timestamp_ms": letter.timestamp,
        "state": state.value,
        "reason": letter.reason,
        "detail": letter.detail,
    }


def whole(letter: KeptDeadLetter, state: LetterState) -> dict[str, Any]:
    """Everything that is known: what ``export`` writes, and ``show`` prints together with the letter's fate."""
    return {
        **brief(letter, state),
        "key": readable(letter.key),
        "value": readable(letter.value),
        "headers": [_header(name, value) for name, value in letter.headers],
        "object": letter.object,
    }


def _header(name: bytes, value: bytes | None) -> dict[str, Any]:
    """``name`` is text, with U+FFFD where it is no UTF-8; the bytes are beside it then, in base64."""
    shown = {"name": name.decode(errors="replace"), "value": readable(value)}
    told = readable(name)
    return shown if told is None or "text" in told else {**shown, "name_base64": told["base64"]}


def readable(raw: bytes | None) -> dict[str, str] | None:
    """``{"text": …}``, or ``{"base64": …}`` for what is no UTF-8; Kafka's null is null."""
    if raw is None:
        return None
    try:
        return {"text": raw.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode()}
