"""Dead letters for people and for programs. Bytes are text where they are UTF-8, else base64."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from waybill_common.screen import Screen
from waybill_ops.dead_letters.dead_letter import DeadLetterState, KeptDeadLetter
from waybill_ops.dead_letters.moment import format_millis
from waybill_ops.dead_letters.recorded import Statuses
from waybill_ops.dead_letters.redrive_status import state_of
from waybill_ops.messages import counted


@dataclass
class DeadLetterListing:
    """The first ``limit`` dead letters, and counts of all."""

    limit: int
    total: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    shown: list[tuple[KeptDeadLetter, DeadLetterState]] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.total - len(self.shown)


Stated = tuple[KeptDeadLetter, DeadLetterState]


def stated(
    dead_letters: Iterable[KeptDeadLetter],
    statuses: Statuses,
    states: frozenset[DeadLetterState],
) -> Iterator[Stated]:
    """Dead letters with their state; of ``states`` only, where there are any."""
    for dead_letter in dead_letters:
        state = state_of(statuses.get(dead_letter.coordinates))
        if not states or state in states:
            yield dead_letter, state


def list_dead_letters(dead_letters: Iterable[Stated], limit: int) -> DeadLetterListing:
    found = DeadLetterListing(limit)
    for dead_letter, state in dead_letters:
        found.total += 1
        found.reasons[dead_letter.reason] += 1
        found.states[state.value] += 1
        if len(found.shown) < limit:
            found.shown.append((dead_letter, state))
    return found


def listing_as_json(listing: DeadLetterListing) -> dict[str, Any]:
    return {
        "total": listing.total,
        "reasons": dict(sorted(listing.reasons.items())),
        "states": dict(sorted(listing.states.items())),
        "letters": [brief(dead_letter, state) for dead_letter, state in listing.shown],
        "more": listing.more,
    }


def print_listing(listing: DeadLetterListing, screen: Screen) -> None:
    if listing.shown:
        rows = [
            (
                f"{dead_letter.coordinates.partition}:{dead_letter.coordinates.offset}",
                "" if dead_letter.timestamp is None else format_millis(dead_letter.timestamp),
                state.value,
                dead_letter.reason,
                dead_letter.detail,
            )
            for dead_letter, state in listing.shown
        ]
        screen.table(("place", "time", "state", "reason", "detail"), rows)
    if listing.shown and listing.more:
        screen.line(f"… and {listing.more:,} more; --limit shows more of them")
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(listing.reasons.items()))
    total = counted(listing.total, "dead letter")
    screen.line(f"{total}: {reasons}" if reasons else total)


def brief(dead_letter: KeptDeadLetter, state: DeadLetterState) -> dict[str, Any]:
    return {
        "topic": dead_letter.coordinates.topic,
        "partition": dead_letter.coordinates.partition,
        "offset": dead_letter.coordinates.offset,
        "timestamp": None if dead_letter.timestamp is None else format_millis(dead_letter.timestamp),
        "timestamp_ms": dead_letter.timestamp,
        "state": state.value,
        "reason": dead_letter.reason,
        "detail": dead_letter.detail,
    }


def whole(dead_letter: KeptDeadLetter, state: DeadLetterState) -> dict[str, Any]:
    """Everything that is known: what ``export`` writes, and ``show`` prints together with its status."""
    return {
        **brief(dead_letter, state),
        "key": readable(dead_letter.key),
        "value": readable(dead_letter.value),
        "headers": [_header(name, value) for name, value in dead_letter.headers],
        "object": dead_letter.object,
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
