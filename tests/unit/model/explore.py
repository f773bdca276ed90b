"""Breadth-first exploration of everything that can happen, and what can be reached backwards from the goal."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from unit.model.actions import steps
from unit.model.properties import Property, everything_arrived
from unit.model.rules import Rules
from unit.model.symmetry import canonical
from unit.model.world import State, World, first_state


@dataclass(frozen=True)
class Counterexample:
    property: str
    problem: str
    trace: tuple[str, ...]

    def __str__(self) -> str:
        lines = "\n".join(f"{number:3} {line}" for number, line in enumerate(self.trace, 1))
        return f"{self.property}: {self.problem}\n{lines}"


@dataclass
class Exploration:
    """States in the order found, how each was found first, and the steps of drivers between them.

    With `symmetry`, states that differ only in the names of living drivers are one: fewer states, but a trace in
    which drivers may swap names from line to line.
    """

    world: World
    rules: Rules
    symmetry: bool = False
    limit: int = 400_000
    states: list[State] = field(default_factory=list)
    found_from: array[int] = field(default_factory=lambda: array("l"))
    labels: list[str] = field(default_factory=list)
    sources: array[int] = field(default_factory=lambda: array("l"))
    targets: array[int] = field(default_factory=lambda: array("l"))

    def trace(self, index: int) -> tuple[str, ...]:
        lines: list[str] = []
        while index:
            lines.append(self.labels[index])
            index = self.found_from[index]
        return tuple(reversed(lines))

    def run(self, properties: Sequence[Property]) -> Counterexample | None:
        """Explore until a property is violated; breadth first, so that its trace is a shortest one."""
        known: dict[State, int] = {}
        self._add(known, first_state(self.world), 0, "")
        at = 0
        while at < len(self.states):
            state = self.states[at]
            if (wrong := self._violation(state, properties)) is not None:
                return Counterexample(*wrong, trace=self.trace(at))
            for label, found, is_progress in steps(self.world, self.rules, state):
                then = canonical(found) if self.symmetry else found
                target = known.get(then)
                if target is None:
                    target = self._add(known, then, at, label)
                if is_progress:
                    self.sources.append(at)
                    self.targets.append(target)
            at += 1
            if at > self.limit:
                raise AssertionError(f"more than {self.limit} states in world {self.world.name!r}")
        return None

    def stuck(self) -> Counterexample | None:
        """A state in which a driver may still be started, and from which the log's end can't be reached.

        Only starts and steps of drivers count as ways: nobody may depend on a late request or a new record.
        """
        before: list[list[int]] = [[] for _ in self.states]
        for source, target in zip(self.sources, self.targets, strict=True):
            before[target].append(source)
        reached = bytearray(len(self.states))
        todo = [index for index, state in enumerate(self.states) if everything_arrived(state)]
        for index in todo:
            reached[index] = 1
        while todo:
            for source in before[todo.pop()]:
                if not reached[source]:
                    reached[source] = 1
                    todo.append(source)
        for index, state in enumerate(self.states):
            if state.starts and not reached[index]:
                return Counterexample("nobody_is_stuck", "the log's end is out of reach", self.trace(index))
        return None

    def _add(self, known: dict[State, int], state: State, source: int, label: str) -> int:
        index = known[state] = len(self.states)
        self.states.append(state)
        self.found_from.append(source)
        self.labels.append(label)
        return index

    def _violation(self, state: State, properties: Sequence[Property]) -> tuple[str, str] | None:
        judged = State(
            state.store, frozenset(), (), 0, 0, 0, (0,) * len(state.ends), (), state.alarms, state.well
        )
        return _judge(self.world, judged, tuple(properties))


@cache
def _judge(world: World, state: State, properties: tuple[Property, ...]) -> tuple[str, str] | None:
    """Cached, because the properties look at the store and the alarms, which many states share."""
    for each in properties:
        for problem in each(world, state):
            return each.__name__, problem
    return None
