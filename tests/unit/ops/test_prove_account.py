"""The account of ``waybill prove`` finds what is lost, doubled, or not where it belongs."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from waybill_ops.prove.comparison import Account, Arrived, Expected, compare_sent_with_stored
from waybill_ops.prove.proof_events import event_id, is_malformed

SEED = 5
COUNT = 120


def expected() -> list[Expected]:
    return [
        Expected(number, event_id(SEED, number), (number % 3, 10 + number), is_malformed(SEED, number))
        for number in range(COUNT)
    ]


def arrived() -> list[Arrived]:
    return [Arrived(one.id, one.place, one.dead) for one in expected()]


def settled(found: list[Arrived]) -> Account:
    return compare_sent_with_stored(expected(), found)


def test_all_that_was_sent_is_there() -> None:
    account = settled(arrived()[::-1])
    assert account.ok
    assert (account.events, account.rows, account.dead_letters) == (COUNT, COUNT - 2, 2)


@given(st.sets(st.integers(0, COUNT - 1)), st.sets(st.integers(0, COUNT - 1)))
def test_planted_losses_and_doubles_are_found_by_number(lost: set[int], doubled: set[int]) -> None:
    found = [
        one
        for number, one in enumerate(arrived())
        for _ in range((number not in lost) + (number in doubled - lost))
    ]
    account = settled(found)
    assert (account.lost, account.doubled) == (tuple(sorted(lost)), tuple(sorted(doubled - lost)))
    assert account.ok == (not lost and not doubled - lost)


def test_a_second_copy_of_an_event_under_another_offset_is_a_double() -> None:
    account = settled([*arrived(), replace(arrived()[4], place=(0, 999))])
    assert account.doubled == (4,)


def test_an_event_that_no_transaction_committed_is_strange() -> None:
    account = settled([*arrived(), Arrived("aborted", (0, 999), dead=False)])
    assert account.strange == (
        "the row of partition 0 offset 999 has event aborted, which no transaction committed",
    )
    assert not account.ok


def test_a_row_in_another_place_is_strange() -> None:
    found = arrived()
    found[7] = replace(found[7], place=(0, 999))
    [sentence] = settled(found).strange
    assert sentence.endswith(
        "is the row of partition 0 offset 999, but was sent as the row of partition 1 offset 17"
    )


def test_a_broken_event_that_became_a_row_is_strange() -> None:
    found = arrived()
    [first, _] = [number for number, one in enumerate(found) if one.dead]
    found[first] = replace(found[first], dead=False)
    assert len(settled(found).strange) == 1
