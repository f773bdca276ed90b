"""An object store that loses replies, applies requests late and says AlreadyExists with nothing stored."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from unit.model.rules import Rules
from unit.model.world import Body, Key, Rows, State, World, by_key


class Reply(Enum):
    CREATED = "created"
    EXISTS = "AlreadyExists"
    UNSURE = "no reply"


def is_conditional(rules: Rules, key: Key) -> bool:
    if key.kind == "manifest":
        return rules.manifest_create_is_conditional
    if key.kind == "receipt":
        return rules.receipt_create_is_conditional
    if key.kind in ("document", "schemas"):
        return True
    return rules.first_writer_wins


def send(rules: Rules, state: State, requests: Iterator[tuple[Key, Body]]) -> State:
    """Put requests under way. One that can change nothing any more is dropped: nothing is ever deleted."""
    stored = by_key(state.store)
    live = [(key, body) for key, body in requests if key not in stored or not is_conditional(rules, key)]
    return state._replace(pending=state.pending.union(live)) if live else state


def apply(rules: Rules, state: State, key: Key, body: Body) -> State:
    stored = by_key(state.store)
    before = stored.get(key)
    if before is not None and is_conditional(rules, key):
        return state
    alarms = state.alarms
    if before is not None and before != body and not isinstance(before, Rows):
        alarms |= {"replaced"}
    store = frozenset({**stored, key: body}.items())
    pending = state.pending
    if pending and is_conditional(rules, key):
        pending = frozenset(request for request in pending if request[0] != key)
    else:
        pending -= {(key, body)}
    return state._replace(store=store, pending=pending, alarms=alarms)


def put(world: World, rules: Rules, state: State, key: Key, body: Body) -> Iterator[tuple[Reply, State]]:
    """Every way a create can go, as its client sees it."""
    if key in by_key(state.store) and is_conditional(rules, key):
        yield Reply.EXISTS, state
        return
    applied = apply(rules, state, key, body)
    yield Reply.CREATED, applied
    yield Reply.EXISTS, applied  # the reply was lost and the client retried inside
    yield Reply.EXISTS, state  # 409 with nothing stored
    yield Reply.UNSURE, applied
    if world.late:
        yield Reply.UNSURE, send(rules, state, iter([(key, body)]))
