"""With all rules no letter is sent twice, whoever is killed or overtaken; without any one of them something breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from unit.model.redrive_world import (
    OTHER,
    REDRIVEN,
    RULE_NAMES,
    TOPIC,
    Kind,
    Letter,
    Rules,
    State,
    World,
    moves,
    state_of,
)

FIRST: Letter = (TOPIC, 1)
SECOND: Letter = (TOPIC, 2)
OF_SIBLING: Letter = (REDRIVEN, 1)

TWO = World("two of this release", (Kind("one", FIRST), Kind("two", FIRST)))
OLD = World(
    "0.1.0 beside this release",
    (Kind("0.1.0", FIRST, is_old=True), Kind("0.1.0 again", FIRST, is_old=True), Kind("one", FIRST)),
)
MADE_ANEW = World(
    "a topic made anew, and a dataset of each",
    (Kind("one", FIRST), Kind("two", FIRST), Kind("of the second", SECOND)),
    is_made_anew=True,
)
MOVED = World(
    "a stream that is given another topic, while its sibling has a letter",
    (Kind("before", OF_SIBLING), Kind("after", OF_SIBLING, reads=OTHER)),
)
WAIVED = World(
    "a letter that 0.1.0 waived",
    (Kind("opens", FIRST, opens=True), Kind("redrives", FIRST)),
    waived_by_old=frozenset({FIRST}),
)
GIVEN = World(
    "a stream that is given a source, while somebody still goes by its old folder",
    (Kind("by the old folder", FIRST, by_old_folder=True), Kind("with its source", FIRST, was_given=True)),
)
WAIVED_EARLIER = World(
    "a letter that was waived before the source",
    (Kind("opens", FIRST, opens=True, was_given=True), Kind("redrives", FIRST, was_given=True)),
    waived_earlier=frozenset({FIRST}),
)
WORLDS = (TWO, OLD, MADE_ANEW, MOVED, WAIVED, GIVEN, WAIVED_EARLIER)

Property = Callable[[Rules, World, State], str | None]


def no_letter_is_sent_twice(_rules: Rules, _world: World, state: State) -> str | None:
    return next((f"{one} was sent {n} times" for one, n in Counter(state.sent).items() if n > 1), None)


def what_is_sent_is_recorded(rules: Rules, world: World, state: State) -> str | None:
    """As somebody reads it who comes later."""
    for kind in world.kinds:
        is_past = kind.is_old or kind.by_old_folder
        if kind.letter in state.sent and not is_past and not _has_fate(rules, state, kind):
            return f"nothing is recorded of {kind.letter}"
    return None


def an_opened_letter_is_open(rules: Rules, world: World, state: State) -> str | None:
    for kind in world.kinds:
        if kind.letter in state.opened and state_of(rules, dict(state.recorded), kind) == "waived":
            return f"{kind.letter} was opened and is waived"
    return None


PROPERTIES: tuple[Property, ...] = (
    no_letter_is_sent_twice,
    what_is_sent_is_recorded,
    an_opened_letter_is_open,
)

BROKEN_WITHOUT: tuple[tuple[str, World, Property], ...] = (
    ("fates_are_keyed_by_topic_id", MADE_ANEW, no_letter_is_sent_twice),
    ("fates_are_keyed_by_topic_id", MADE_ANEW, what_is_sent_is_recorded),
    ("session_belongs_to_its_fates_topic", MOVED, no_letter_is_sent_twice),
    ("mark_precedes_the_takeover", OLD, no_letter_is_sent_twice),
    ("old_id_is_taken_over", OLD, no_letter_is_sent_twice),
    ("fates_are_read_last", TWO, no_letter_is_sent_twice),
    ("letter_and_fate_are_one_transaction", TWO, no_letter_is_sent_twice),
    ("old_key_is_set_to_null", WAIVED, an_opened_letter_is_open),
    ("earlier_id_is_taken_over", GIVEN, no_letter_is_sent_twice),
    ("earlier_fates_are_read", GIVEN, no_letter_is_sent_twice),
    ("source_is_told", GIVEN, no_letter_is_sent_twice),
    ("source_is_told_first", GIVEN, no_letter_is_sent_twice),
    ("earlier_key_is_set_to_null", WAIVED_EARLIER, an_opened_letter_is_open),
)


def _has_fate(rules: Rules, state: State, kind: Kind) -> bool:
    return state_of(rules, dict(state.recorded), kind) == "redriven"


def explored(world: World, rules: Rules, properties: tuple[Property, ...]) -> tuple[int, list[str] | None]:
    """How many states there are, and the shortest way to one in which a property breaks."""
    first = world.first()
    found_from: dict[State, tuple[State, str] | None] = {first: None}
    queue = [first]
    for state in queue:
        if wrong := next(filter(None, (one(rules, world, state) for one in properties)), None):
            trace, at = [wrong], found_from[state]
            while at is not None:
                trace.insert(0, at[1])
                at = found_from[at[0]]
            return len(queue), trace
        for label, then in moves(world, rules, state):
            if then not in found_from:
                found_from[then] = state, label
                queue.append(then)
    return len(queue), None


@pytest.mark.parametrize("world", WORLDS, ids=lambda one: one.name)
def test_nothing_breaks_with_all_rules(world: World) -> None:
    states, trace = explored(world, Rules(), PROPERTIES)
    assert trace is None, "\n".join(trace)
    assert states > 30, f"trivial: only {states} states"


@pytest.mark.parametrize("world", WORLDS, ids=lambda one: one.name)
def test_a_letter_can_be_sent_or_opened_at_all(world: World) -> None:
    assert explored(world, Rules(), (lambda _r, _w, state: "done" if state.sent else None,))[1] is not None


@pytest.mark.parametrize(
    ("rule", "world", "broken"), BROKEN_WITHOUT, ids=[f"{r}: {p.__name__}" for r, _, p in BROKEN_WITHOUT]
)
def test_something_breaks_without(rule: str, world: World, broken: Property) -> None:
    assert explored(world, Rules().without(rule), (broken,))[1] is not None


def test_the_table_leaves_nothing_out() -> None:
    assert {rule for rule, _, _ in BROKEN_WITHOUT} == set(RULE_NAMES)
    assert {broken for _, _, broken in BROKEN_WITHOUT} == set(PROPERTIES)
    assert {world for _, world, _ in BROKEN_WITHOUT} == set(WORLDS)
