"""From an offset to its commit, and from an event's id to its row."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from waybill_common.errors import LakeRefused
from waybill_console.stream.commits import PICTURED, listed_objects, newest_numbers, objects_with
from waybill_console.stream.ledger import StreamLedger
from waybill_console.stream.ledger_end import first_where
from waybill_console.stream.object_rows import ObjectRows

_SECONDS = 2.5


@dataclass(frozen=True)
class Delivery:
    """Where an offset went. ``objects`` are places in the commit's list; a hole and a marker have none. ``commit`` is 0
    for what lies before the dataset's beginning."""

    commit: int
    objects: tuple[int, ...]


@dataclass(frozen=True)
class FoundRow:
    commit: int
    object: int
    key: str
    partition: int
    offset: int


@dataclass(frozen=True)
class EventSearch:
    """What was looked through, the newest first; ``lowest`` is the last commit of it, 0 where there is none."""

    found: tuple[FoundRow, ...]
    looked: int
    lowest: int
    unreadable: int

    @property
    def has_more(self) -> bool:
        return self.lowest > 1


def delivery_of(ledger: StreamLedger, partition: int, offset: int) -> Delivery | None:
    """The commit that an offset was delivered in, None beyond the frontier: some twenty receipts are read, no more."""
    last = ledger.newest().number
    if offset < ledger.origin().get(partition, 0):
        return Delivery(0, ())

    def is_at_or_past(number: int) -> bool:
        receipt = ledger.receipt(number)
        return receipt is not None and receipt.frontier.get(partition, 0) > offset

    number = first_where(last, is_at_or_past)
    receipt = ledger.receipt(number) if number is not None else None
    return (
        None if receipt is None else Delivery(receipt.number, tuple(objects_with(receipt, partition, offset)))
    )


def find_event(
    ledger: StreamLedger,
    objects: ObjectRows,
    id_columns: Sequence[str],
    event_id: str,
    before: int | None = None,
) -> EventSearch:
    """Looks through the newest ``PICTURED`` commits below ``before``, for some seconds at most."""
    deadline = time.monotonic() + _SECONDS
    numbers = newest_numbers(ledger.newest().number, PICTURED, before)
    found: list[FoundRow] = []
    looked = unreadable = 0
    lowest = numbers.stop
    for number in reversed(numbers):
        receipt = ledger.receipt(number)
        for place, one in enumerate(listed_objects(receipt) if receipt else ()):
            if one.kind == "data":
                try:
                    rows = objects.with_id(one, id_columns, event_id)
                except LakeRefused:
                    unreadable += 1
                    continue
                places = [rows.place(row) for row in rows.rows]
                found += [FoundRow(number, place, one.entry.key, *at) for at in places if at]
        looked, lowest = looked + 1, number
        if found or time.monotonic() > deadline:
            break
    return EventSearch(tuple(found), looked, lowest if looked else 0, unreadable)
