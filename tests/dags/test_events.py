"""Events chain: each covers the receipts behind the one before it, once."""

from __future__ import annotations

from typing import Any

import pytest
from waybill_dags.asset_events import (
    FIELDS,
    DeliveredCommits,
    EventsDiffer,
    deliveries,
    extra_of,
    last_commit,
)


def report(after: int, newest: int) -> dict[str, Any]:
    """As ``waybill report --after`` says it, for commits of 10 rows and 2 objects each."""
    count = newest - after
    return {
        "lake": "/lake/names",
        "commits": count,
        "first_commit": after + 1 if count else None,
        "last_commit": newest if count else None,
        "rows": 10 * count,
        "objects": 2 * count,
        "dead_letters": 0,
        "lost": 0,
        "frontier": {"0": 100 * newest} if count else {},
    }


@pytest.mark.parametrize(
    ("newest_first", "after"),
    [
        ([], 0),
        ([{"last_commit": 7}, {"last_commit": 4}], 7),
        ([{"note": "by hand"}, {"last_commit": 4}], 4),
        ([{"last_commit": "7"}, {"last_commit": True}, {"last_commit": 4}], 4),
        ([{"last_commit": 0}, {"last_commit": 900}], 0),
    ],
    ids=["first", "newest", "by hand", "no number", "begun anew"],
)
def test_the_next_event_begins_behind_the_newest_that_names_a_commit(
    newest_first: list[dict[str, Any]], after: int
) -> None:
    assert last_commit(newest_first) == after


def test_events_of_which_none_names_a_commit_are_no_beginning() -> None:
    with pytest.raises(EventsDiffer, match="none of the last 2 events"):
        last_commit([{}, {"note": "by hand"}])


def test_no_new_receipt_is_no_event() -> None:
    assert extra_of(report(after=7, newest=7)) is None


def test_an_event_says_these_things_and_no_other() -> None:
    extra = extra_of(report(after=4, newest=7))
    assert extra is not None
    assert tuple(extra) == FIELDS
    assert (extra["first_commit"], extra["last_commit"], extra["rows"], extra["frontier"]) == (
        5,
        7,
        30,
        {"0": 700},
    )


def test_events_have_no_gap_and_no_overlap_whichever_attempts_died() -> None:
    """Receipts come whenever they come; an attempt that dies emits nothing, and nothing else changes."""
    events: list[dict[str, Any]] = []
    for newest, dies in [(2, True), (3, False), (3, False), (4, True), (4, True), (9, False), (10, False)]:
        extra = extra_of(report(last_commit(reversed(events)), newest))
        if extra is not None and not dies:
            events.append(extra)
    assert [(one["first_commit"], one["last_commit"]) for one in events] == [(1, 3), (4, 9), (10, 10)]
    assert [(one.first, one.last) for one in deliveries(reversed(events))] == [(1, 3), (4, 9), (10, 10)]


def test_a_mark_made_by_hand_delivers_nothing() -> None:
    assert deliveries([{"last_commit": 0}]) == ()


def test_two_events_with_one_commit_are_told() -> None:
    first, second = extra_of(report(0, 3)), extra_of(report(2, 5))
    assert first
    assert second
    with pytest.raises(EventsDiffer, match="two events name commit 3"):
        deliveries([second, first])


@pytest.mark.parametrize("field", ["first_commit", "last_commit", "rows", "objects"])
def test_receipts_that_say_something_else_than_their_event_are_told(field: str) -> None:
    one = DeliveredCommits(first=5, last=7, rows=30, objects=6)
    one.check(report(4, 7))
    with pytest.raises(EventsDiffer, match=r"the event says \(5, 7, 30, 6\)"):
        one.check({**report(4, 7), field: 1})
