"""What was acknowledged against what arrived, by event and coordinates. Pure; it knows nothing of receipts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from waybill_ops.prove.sender import Place


@dataclass(frozen=True)
class Expected:
    """An event that Kafka has acknowledged, by its number; ``dead``: it has to arrive as a dead letter."""

    number: int
    id: str
    place: Place
    dead: bool


@dataclass(frozen=True)
class Arrived:
    """A row or a dead letter of the lake."""

    id: str
    place: Place
    dead: bool


@dataclass(frozen=True)
class Account:
    """Numbers of events that are lost or doubled, and a sentence for everything else that is wrong."""

    events: int
    rows: int
    dead_letters: int
    lost: tuple[int, ...]
    doubled: tuple[int, ...]
    strange: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not (self.lost or self.doubled or self.strange)


def compare_sent_with_stored(expected: Iterable[Expected], arrived: Iterable[Arrived]) -> Account:
    """Each expected event has to be there once, at its coordinates and of its kind; nothing else may be there."""
    by_id: dict[str, list[Arrived]] = {}
    rows = dead_letters = events = 0
    for one in arrived:
        by_id.setdefault(one.id, []).append(one)
        rows, dead_letters = rows + (not one.dead), dead_letters + one.dead
    lost, doubled, strange = [], [], []
    for event in expected:
        events += 1
        found = by_id.pop(event.id, [])
        if not found:
            lost.append(event.number)
        if len(found) > 1:
            doubled.append(event.number)
        strange += [
            f"event {event.id} is {_kind(one)}, but was sent as {_kind(event)}"
            for one in found
            if (one.place, one.dead) != (event.place, event.dead)
        ]
    for unknown in by_id.values():
        strange.extend(f"{_kind(one)} has event {one.id}, which no transaction committed" for one in unknown)
    return Account(events, rows, dead_letters, tuple(lost), tuple(doubled), tuple(strange))


def _kind(one: Arrived | Expected) -> str:
    partition, offset = one.place
    return f"the {'dead letter' if one.dead else 'row'} of partition {partition} offset {offset}"
