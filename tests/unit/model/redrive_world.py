"""Redrives as a state machine: sessions of two releases on letters, what they record, and Kafka's fencing.

A step is what happens between two moments at which a session may be killed or overtaken. Records of a transaction
appear at its commit, which fails where somebody has taken the transactional id over since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum

TOPIC, OTHER, REDRIVEN = "topic", "other", "redriven"

Letter = tuple[str, int]
"""Its topic and that topic's id; one of each is enough."""


@dataclass(frozen=True)
class Rules:
    """All true is a redrive as designed; one set to false is a redrive without that rule."""

    fates_are_keyed_by_topic_id: bool = True
    """Without: a topic that is made again has the same keys."""
    session_belongs_to_its_fates_topic: bool = True
    """Without: the transactional id is that of the stream and the topic that it reads."""
    mark_precedes_the_takeover: bool = True
    """Without: 0.1.0's id is taken over first."""
    old_id_is_taken_over: bool = True
    fates_are_read_last: bool = True
    """Without: they are read before the own id is taken."""
    letter_and_fate_are_one_transaction: bool = True
    old_key_is_set_to_null: bool = True
    """Without: who opens a letter that 0.1.0 waived leaves that record."""
    earlier_id_is_taken_over: bool = True
    """Of a stream that was given a source; without: only the id of the topic that its redrives are recorded in now."""
    earlier_fates_are_read: bool = True
    source_is_told: bool = True
    """Without: nothing in the earlier topic says that redrives are recorded elsewhere now."""
    source_is_told_first: bool = True
    """Without: the earlier id is taken over before."""
    earlier_key_is_set_to_null: bool = True

    def without(self, rule: str) -> Rules:
        return replace(self, **{rule: False})


RULE_NAMES = tuple(field.name for field in fields(Rules))


class Step(Enum):
    CHECK = "asks for the topic's id"
    MARK = "records the mark"
    OLD = "takes over 0.1.0's id"
    TELL = "tells the earlier topic of the source"
    EARLIER = "takes over the earlier topic's id"
    OWN = "takes over its own id"
    READ = "reads what is recorded"
    SEND = "commits"
    RECORD = "commits the record"


@dataclass(frozen=True)
class Kind:
    """A command: which dataset's letter it means, by whose rules, and what for. ``was_given`` a source, or still goes
    ``by_old_folder`` that has none.
    """

    name: str
    letter: Letter
    reads: str = TOPIC
    is_old: bool = False
    opens: bool = False
    was_given: bool = False
    by_old_folder: bool = False


@dataclass(frozen=True)
class Session:
    """``at`` is the number of its next step, None once it has ended; ``holds`` the epochs that it was given."""

    at: int | None = 0
    holds: tuple[tuple[str, int], ...] = ()
    knows: frozenset[tuple[tuple[object, ...], str]] = frozenset()


@dataclass(frozen=True)
class State:
    """``recorded`` maps keys to the topic id in the value and the state; ``sent`` counts by letter."""

    sessions: tuple[Session, ...]
    topic_id: int = 1
    has_mark: bool = False
    told: bool = False
    recorded: frozenset[tuple[tuple[object, ...], tuple[int, str]]] = frozenset()
    sent: tuple[Letter, ...] = ()
    opened: frozenset[Letter] = frozenset()
    epochs: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class World:
    name: str
    kinds: tuple[Kind, ...]
    is_made_anew: bool = False
    waived_by_old: frozenset[Letter] = frozenset()
    waived_earlier: frozenset[Letter] = frozenset()

    def first(self) -> State:
        recorded = frozenset(
            {
                *((("old", topic), (number, "waived")) for topic, number in self.waived_by_old),
                *((("earlier", *one), (one[1], "waived")) for one in self.waived_earlier),
            }
        )
        return State(tuple(Session() for _ in self.kinds), recorded=recorded)


def steps_of(kind: Kind, rules: Rules) -> tuple[Step, ...]:
    if kind.is_old:
        return Step.CHECK, Step.OLD, Step.READ, Step.SEND
    taking = [Step.MARK, *([Step.OLD] if rules.old_id_is_taken_over else [])]
    if kind.by_old_folder:
        taking = []
    if not rules.mark_precedes_the_takeover:
        taking.reverse()
    if kind.was_given:
        both = [Step.TELL] * rules.source_is_told + [Step.EARLIER] * rules.earlier_id_is_taken_over
        taking += both if rules.source_is_told_first else both[::-1]
    deciding = [Step.OWN, Step.READ] if rules.fates_are_read_last else [Step.READ, Step.OWN]
    last = [] if rules.letter_and_fate_are_one_transaction else [Step.RECORD]
    return Step.CHECK, *taking, *deciding, Step.SEND, *last


def moves(world: World, rules: Rules, state: State) -> Iterator[tuple[str, State]]:
    """Everything that can happen next."""
    if world.is_made_anew and state.topic_id == 1:
        yield "the topic is made anew", replace(state, topic_id=2)
    for number, (kind, session) in enumerate(zip(world.kinds, state.sessions, strict=True)):
        if session.at is None:
            continue
        yield f"{kind.name} is killed", _with(state, number, replace(session, at=None))
        step = steps_of(kind, rules)[session.at]
        yield f"{kind.name} {step.value}", _done(rules, state, kind, number, step)


def key_of(rules: Rules, kind: Kind) -> tuple[object, ...]:
    if kind.is_old:
        return "old", kind.letter[0]
    if kind.by_old_folder:
        return "earlier", *kind.letter
    return ("new", *kind.letter) if rules.fates_are_keyed_by_topic_id else ("new", kind.letter[0])


def state_of(rules: Rules, recorded: Mapping[tuple[object, ...], tuple[int, str]], kind: Kind) -> str | None:
    """What a release reads of a kind's letter: its own format, or else what it was before the source, or 0.1.0's."""
    own = recorded.get(key_of(rules, kind))
    if own is None and kind.was_given and rules.earlier_fates_are_read:
        own = recorded.get(("earlier", *kind.letter))
    if kind.by_old_folder:
        return own[1] if own else None
    found = own if own and own[0] == kind.letter[1] else recorded.get(("old", kind.letter[0]))
    return found[1] if found and found[0] == kind.letter[1] else None


def _done(rules: Rules, state: State, kind: Kind, number: int, step: Step) -> State:
    session = state.sessions[number]
    assert session.at is not None
    on = replace(session, at=session.at + 1 if session.at + 1 < len(steps_of(kind, rules)) else None)
    ended = _with(state, number, replace(session, at=None))
    match step:
        case Step.CHECK:
            known = kind.letter[0] != TOPIC or state.topic_id == kind.letter[1]
            return _with(state, number, on) if known else ended
        case Step.MARK:
            return replace(_with(state, number, on), has_mark=True)
        case Step.TELL:
            return replace(_with(state, number, on), told=True)
        case Step.OLD | Step.OWN | Step.EARLIER:
            own = _id(rules, kind, step)
            epoch = dict(state.epochs).get(own, 0) + 1
            holds = {**dict(session.holds), own: epoch}
            taken = _with(state, number, replace(on, holds=tuple(sorted(holds.items()))))
            return replace(taken, epochs=tuple(sorted({**dict(state.epochs), own: epoch}.items())))
        case Step.READ:
            if (kind.is_old and state.has_mark) or (kind.by_old_folder and state.told):
                return ended
            found = state_of(rules, dict(state.recorded), kind)
            wanted = "waived" if kind.opens else None
            return _with(state, number, on) if found == wanted else ended
        case Step.SEND:
            if not _may_commit(rules, state, kind, session):
                return ended
            return _with(
                _committed(rules, state, kind, records=rules.letter_and_fate_are_one_transaction), number, on
            )
    if not _may_commit(rules, state, kind, session):
        return ended
    return replace(_with(state, number, on), recorded=_recorded(rules, state, kind))


def _id(rules: Rules, kind: Kind, step: Step) -> str:
    if step is Step.OLD:
        return f"old-{kind.reads}"
    if step is Step.EARLIER or kind.by_old_folder:
        return "earlier fates"
    return "fates" if rules.session_belongs_to_its_fates_topic else f"stream-{kind.reads}"


def _may_commit(rules: Rules, state: State, kind: Kind, session: Session) -> bool:
    own = _id(rules, kind, Step.OLD if kind.is_old else Step.OWN)
    return dict(session.holds)[own] == dict(state.epochs)[own]


def _committed(rules: Rules, state: State, kind: Kind, *, records: bool) -> State:
    recorded = _recorded(rules, state, kind) if records else state.recorded
    if kind.opens:
        return replace(state, recorded=recorded, opened=state.opened | {kind.letter})
    return replace(state, recorded=recorded, sent=tuple(sorted((*state.sent, kind.letter))))


def _recorded(
    rules: Rules, state: State, kind: Kind
) -> frozenset[tuple[tuple[object, ...], tuple[int, str]]]:
    found = dict(state.recorded)
    if kind.opens:
        found.pop(key_of(rules, kind), None)
        if kind.was_given and rules.earlier_key_is_set_to_null:
            found.pop(("earlier", *kind.letter), None)
    else:
        found[key_of(rules, kind)] = kind.letter[1], "redriven"
    old = found.get(("old", kind.letter[0]))
    if not kind.is_old and rules.old_key_is_set_to_null and old and old[0] == kind.letter[1]:
        del found["old", kind.letter[0]]
    return frozenset(found.items())


def _with(state: State, number: int, session: Session) -> State:
    sessions = list(state.sessions)
    sessions[number] = session
    return replace(state, sessions=tuple(sessions))
