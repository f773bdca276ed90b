"""Everything that can happen next in a state: to a driver, by its operator, or around it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from unit.model.ahead import reading_ahead
from unit.model.protocol import STEPS
from unit.model.rules import Rules
from unit.model.store import apply, send
from unit.model.turn import Turn, read_split, splits_of
from unit.model.world import Driver, State, World

RUNNING_TASKS = {"read", "put_object", "check_object"}
PLANNED = {"open_manifest", "check_manifest"}
CLOSING = {"close", "check_receipt"}


class Step(NamedTuple):
    label: str
    state: State
    is_progress: bool
    """A start or a step of a driver. The rest may happen, but nobody may have to wait for it."""


def steps(world: World, rules: Rules, state: State) -> Iterator[Step]:
    for label, then in starts(world, state):
        yield Step(label, then, is_progress=True)
    for driver in state.drivers:
        turn = Turn(world, rules, state, driver)
        for label, then in STEPS[driver.at](turn):
            yield Step(f"driver {driver.writer} {label}", then, is_progress=True)
        yield Step(f"driver {driver.writer} dies", turn.end(), is_progress=False)
        for label, then in reading_ahead(turn):
            yield Step(f"driver {driver.writer} {label}", then, is_progress=False)
        if world.late:
            for label, then in second_attempts(turn):
                yield Step(f"driver {driver.writer}: {label}", then, is_progress=False)
    for key, body in sorted(state.pending):
        late = apply(rules, state, key, body)
        yield Step(f"a late request stores {key.kind} {key.split or key.number}", late, is_progress=False)
    for label, then in kafka(world, state):
        yield Step(label, then, is_progress=False)


def starts(world: World, state: State) -> Iterator[tuple[str, State]]:
    """A freeze needs no action of its own: a driver may stay where it is while others start and finish."""
    if state.starts and len(state.drivers) < world.alive:
        writer = min(set(range(world.alive)) - {driver.writer for driver in state.drivers})
        no_or_yes = (False, True)
        choices = product(
            no_or_yes[: 1 + any(world.retention)],
            ((), *world.origins),
            no_or_yes[: 1 + world.tightens],
            no_or_yes[: 1 + bool(world.enough)],
        )
        for accepts_loss, origin, tightens, accepts_dead in choices:
            driver = Driver(
                writer,
                state.release,
                accepts_loss,
                origin=origin,
                tightens=tightens,
                accepts_dead=accepts_dead,
            )
            drivers = tuple(sorted((*state.drivers, driver), key=lambda each: each.writer))
            said = f"driver {writer} starts, release {state.release + 1}" + ", loss accepted" * accepts_loss
            said += f", a backfill from {origin}" if origin else ""
            said += ", publishes its contract" * tightens + ", dead letters accepted" * accepts_dead
            yield said, state._replace(drivers=drivers, starts=state.starts - 1)
    if state.release + 1 < len(world.releases):
        yield "the next release is installed", state._replace(release=state.release + 1)


def second_attempts(turn: Turn) -> Iterator[tuple[str, State]]:
    """A second attempt of a task, in parallel or left behind: it reads now, and what it puts lands whenever."""
    at, rules = turn.me.at, turn.rules
    running = (
        at in RUNNING_TASKS
        or (at in CLOSING and not rules.receipt_after_data)
        or (at in PLANNED and not rules.manifest_before_data)
    )
    manifest = turn.me.manifest
    if not running or manifest is None:
        return
    for split in splits_of(turn, manifest):
        expired = split.start < turn.state.log_start[split.partition]
        if expired and rules.jump_is_not_progress and not turn.me.accepts_loss:
            continue
        if turn.cannot_store(split) or turn.reads_another_topic(manifest) or turn.asks(manifest, split):
            continue
        then = send(rules, turn.state, iter(read_split(turn, manifest, split)))
        if then is not turn.state and then.pending != turn.state.pending:
            yield f"another attempt reads {split.partition}:{split.start}-{split.end}", then


def kafka(world: World, state: State) -> Iterator[tuple[str, State]]:
    for partition, end in enumerate(state.ends):
        if end < len(world.topics[state.topic][partition]):
            yield f"a record arrives in {partition}", state._replace(ends=moved(state.ends, partition))
        if state.log_start[partition] < min(end, world.retention[partition]):
            log_start = moved(state.log_start, partition)
            yield f"retention moves the start of {partition}", state._replace(log_start=log_start)
    if state.registry < world.answers:
        yield "the registry says otherwise", state._replace(registry=state.registry + 1)
    if state.topic + 1 < len(world.topics):
        zeros = (0,) * len(state.ends)
        ends = tuple(len(records) for records in world.topics[state.topic + 1])
        yield "the topic is recreated", state._replace(topic=state.topic + 1, ends=ends, log_start=zeros)


def moved(offsets: tuple[int, ...], partition: int) -> tuple[int, ...]:
    return (*offsets[:partition], offsets[partition] + 1, *offsets[partition + 1 :])
