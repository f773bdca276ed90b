"""A pattern's search in linear time: the states of an automaton, made when a text first leads to them.

The engine is ours, so that a verdict never moves with a library's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import reduce
from operator import getitem
from typing import Any

from waybill_contracts.document import Branches, OneOf, PatternNode, Ranges, Repeat, TextEnd, parts_of

MOST_KEPT = 200_000
"""Steps that are remembered, and nodes of their states; then all begins anew, so that no text fills the memory."""

_MATCH = 0
_TURN, _START, _END, _CHARACTER = "turn", "start", "end", "character"


class Matcher:
    """Nodes are tuples (kind, next node or nodes, ranges); node 0 is the match."""

    def __init__(self, pattern: PatternNode) -> None:
        self._nodes: list[tuple[str, tuple[int, ...], Ranges]] = [(_TURN, (), ())]
        first = self._add(pattern, _MATCH)
        self._first = first
        self._later = self._closure((first,), at_start=False)
        self._forget()

    def search(self, text: str) -> bool:
        try:
            state = reduce(getitem, text, self._begin)
        except KeyError:
            state = self._slowly(text)
        found: bool = state[""]
        return found

    def _forget(self) -> None:
        self._kept = 0
        self._states: dict[frozenset[int], dict[str, Any]] = {}
        begin = self._closure((self._first,), at_start=True)
        self._begin = self._state(begin, at_start=True)

    def _state(self, nodes: frozenset[int], *, at_start: bool = False) -> dict[str, Any]:
        """A step for each character that was met; under ``""`` whether the search succeeds if the text ends here."""
        if _MATCH in nodes:
            nodes = frozenset((_MATCH,))
        if nodes in self._states and not at_start:
            return self._states[nodes]
        ends = [self._nodes[one][1][0] for one in nodes if self._nodes[one][0] == _END]
        matches = _MATCH in nodes or _MATCH in self._closure(ends, at_start=at_start, at_end=True)
        state = {"": matches, "nodes": nodes}
        self._kept += len(nodes)
        if not at_start:
            self._states[nodes] = state
        return state

    def _slowly(self, text: str) -> dict[str, Any]:
        state = self._begin
        for one in text:
            following = state.get(one)
            if following is None:
                following = self._step(state["nodes"], ord(one))
                if self._kept >= MOST_KEPT:
                    self._forget()
                    following = self._state(following["nodes"])
                self._kept += 1
                state[one] = following
            state = following
        return state

    def _step(self, nodes: frozenset[int], code: int) -> dict[str, Any]:
        if _MATCH in nodes:
            return self._state(nodes)
        asked: dict[Ranges, bool] = {}
        reached = []
        for one in nodes:
            kind, following, ranges = self._nodes[one]
            if kind == _CHARACTER:
                if ranges not in asked:
                    asked[ranges] = _holds(ranges, code)
                if asked[ranges]:
                    reached.append(following[0])
        return self._state(self._closure(reached, at_start=False) | self._later)

    def _closure(self, nodes: Iterable[int], *, at_start: bool, at_end: bool = False) -> frozenset[int]:
        """What is reached without a character: characters to come, ends of the text to wait for, the match."""
        seen: set[int] = set()
        found: set[int] = set()
        waiting = list(nodes)
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            kind, following, _ = self._nodes[one]
            if one == _MATCH or kind == _CHARACTER or (kind == _END and not at_end):
                found.add(one)
            elif kind != _START or at_start:
                waiting.extend(following)
        return frozenset(found)

    def _add(self, node: PatternNode, after: int) -> int:
        """The node that begins ``node`` and leads to ``after``."""
        match node:
            case OneOf():
                return self._new(_CHARACTER, (after,), node.ranges)
            case TextEnd():
                return self._new(_START if node.at_start else _END, (after,))
            case Branches():
                return self._new(_TURN, tuple(self._add(one, after) for one in node.parts))
            case Repeat():
                return self._add_repeat(node, after)
        for part in reversed(node.parts):
            after = self._add(part, after)
        return after

    def _add_repeat(self, node: Repeat, after: int) -> int:
        if not parts_of(node.part):  # anchors: twice is the same as once
            once = self._add(node.part, after)
            return once if node.least else self._new(_TURN, (once, after))
        first = after
        if node.most is None:
            loop = self._new(_TURN, ())
            body = self._add(node.part, loop)
            self._nodes[loop] = (_TURN, (body, after), ())
            first = loop
        else:
            for _ in range(node.most - node.least):
                first = self._new(_TURN, (self._add(node.part, first), after))
        for _ in range(node.least):
            first = self._add(node.part, first)
        return first

    def _new(self, kind: str, following: tuple[int, ...], ranges: Ranges = ()) -> int:
        self._nodes.append((kind, following, ranges))
        return len(self._nodes) - 1


def _holds(ranges: Ranges, code: int) -> bool:
    at = bisect_right(ranges, code, key=lambda one: one[0]) - 1
    return at >= 0 and code <= ranges[at][1]


def make_search(pattern: PatternNode) -> Callable[[str], bool]:
    return Matcher(pattern).search
