"""The pattern language: what each of four engines reads alike, parsed to a tree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

MOST_BYTES = 512
MOST_GROUPS = 50
MOST_REPEATS = 1_000
MOST_PARTS = 2_000
LAST = 0x10FFFF

Ranges: TypeAlias = "tuple[tuple[int, int], ...]"

_ESCAPED: Final = frozenset("^$\\.*+?()[]{}|/-")
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t"}
_DIGITS: Final[Ranges] = ((0x30, 0x39),)
_WORDS: Final[Ranges] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_BREAKS: Final[Ranges] = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_COUNTED = re.compile(r"\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}")


class PatternRefused(ValueError):
    """The pattern is outside the language."""


@dataclass(frozen=True)
class OneOf:
    """One character of these ranges."""

    ranges: Ranges


@dataclass(frozen=True)
class TextEnd:
    """``^`` or ``$``: an end of the text."""

    at_start: bool


@dataclass(frozen=True)
class InOrder:
    parts: tuple[PatternNode, ...]


@dataclass(frozen=True)
class Branches:
    parts: tuple[PatternNode, ...]


@dataclass(frozen=True)
class Repeat:
    """``most`` is ``None`` where there is none."""

    part: PatternNode
    least: int
    most: int | None


PatternNode: TypeAlias = "OneOf | TextEnd | InOrder | Branches | Repeat"


def merged(ranges: list[tuple[int, int]]) -> Ranges:
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def inverted(ranges: Ranges) -> Ranges:
    edges = [-1, *(edge for one in ranges for edge in one), LAST + 1]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple((low + 1, high - 1) for low, high in pairs if low + 1 <= high - 1)


_CLASSES: Final = {"d": _DIGITS, "D": inverted(_DIGITS), "w": _WORDS, "W": inverted(_WORDS)}


def parse_pattern(text: str) -> PatternNode:
    """Raises ``PatternRefused``."""
    if len(text.encode()) > MOST_BYTES:
        raise PatternRefused(f"it has more than {MOST_BYTES} bytes")
    reader = _PatternReader(text)
    node = reader.branches(0)
    if reader.at < len(text):
        raise PatternRefused("a ) that closes nothing")
    if parts_of(node) > MOST_PARTS:
        raise PatternRefused(
            f"with its repeats written out it has more than {MOST_PARTS:,} literals and classes"
        )
    _bound_repeats(node, 1)
    return node


def copies(node: Repeat) -> int:
    """How often a repeat's part stands there once it is written out."""
    return max(1, node.least if node.most is None else node.most)


def parts_of(node: PatternNode) -> int:
    match node:
        case OneOf():
            return 1
        case TextEnd():
            return 0
        case Repeat():
            return copies(node) * parts_of(node.part)
    return sum(map(parts_of, node.parts))


def _bound_repeats(node: PatternNode, outer: int) -> None:
    match node:
        case Repeat():
            if outer * copies(node) > MOST_REPEATS:
                raise PatternRefused(f"its repeats multiply to more than {MOST_REPEATS:,}")
            _bound_repeats(node.part, outer * copies(node))
        case InOrder() | Branches():
            for part in node.parts:
                _bound_repeats(part, outer)


class _PatternReader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def ahead(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        self.at += 1
        return self.text[self.at - 1 : self.at]

    def branches(self, depth: int) -> PatternNode:
        found = [self.sequence(depth)]
        while self.ahead() == "|":
            self.at += 1
            found.append(self.sequence(depth))
        if len(found) == 1:
            return found[0]
        # What stands for no character says nothing new a second time, and repeats would write it out.
        empty = dict.fromkeys(one for one in found if not parts_of(one))
        return Branches((*(one for one in found if parts_of(one)), *empty))

    def sequence(self, depth: int) -> PatternNode:
        found: list[PatternNode] = []
        while (ahead := self.ahead()) and ahead not in "|)":
            part = self.part(depth)
            repeatable = not isinstance(part, TextEnd)
            if (repeat := self.repeat(part)) is not None:
                if not repeatable:
                    raise PatternRefused("a repeat after an anchor")
                part = repeat
                if self.repeat(part) is not None:
                    raise PatternRefused("a repeat after a repeat")
            if part != InOrder(()) and not (isinstance(part, TextEnd) and found and found[-1] == part):
                found.append(part)
        return found[0] if len(found) == 1 and not isinstance(found[0], TextEnd) else InOrder(tuple(found))

    def part(self, depth: int) -> PatternNode:
        one = self.take()
        match one:
            case "(":
                return self.group(depth + 1)
            case "[":
                return OneOf(self.character_class())
            case ".":
                return OneOf(inverted(_BREAKS))
            case "^" | "$":
                return TextEnd(at_start=one == "^")
            case "\\":
                return OneOf(self.escape(_ESCAPED))
            case "*" | "+" | "?":
                raise PatternRefused("a repeat with nothing before it")
            case "]" | "{" | "}":
                raise PatternRefused(f"a bare {one}")
        return OneOf(((ord(one), ord(one)),))

    def group(self, depth: int) -> PatternNode:
        if depth > MOST_GROUPS:
            raise PatternRefused(f"groups more than {MOST_GROUPS} deep")
        if self.ahead() == "?":
            if self.text[self.at : self.at + 2] != "?:":
                raise PatternRefused("a group that begins with (? and is none of (?:…)")
            self.at += 2
        node = self.branches(depth)
        if self.take() != ")":
            raise PatternRefused("a group that is never closed")
        # A group of one anchor may be repeated, the anchor itself may not.
        return InOrder((node,)) if isinstance(node, TextEnd) else node

    def escape(self, allowed: frozenset[str]) -> Ranges:
        one = self.take()
        if one in _CLASSES:
            return _CLASSES[one]
        one_or_control = _CONTROLS.get(one, one)
        if not one or (one not in allowed and one not in _CONTROLS):
            raise PatternRefused(f"the escape \\{one}")
        return ((ord(one_or_control), ord(one_or_control)),)

    def repeat(self, part: PatternNode) -> Repeat | None:
        """The repeat that stands here."""
        match self.ahead():
            case "*" | "+" | "?":
                one = self.take()
                return Repeat(part, int(one == "+"), 1 if one == "?" else None)
            case "{":
                counted = _COUNTED.match(self.text, self.at)
                if counted is None:
                    raise PatternRefused("a bare {")
                self.at = counted.end()
                least = int(counted[1])
                most = None if counted[2] and not counted[3] else int(counted[3] or counted[1])
                if most is not None and most < least:
                    raise PatternRefused(f"the repeat {counted[0]}")
                return Repeat(part, least, most)
        return None

    def character_class(self) -> Ranges:
        negated = self.ahead() == "^"
        self.at += negated
        found: list[tuple[int, int]] = []
        while (one := self.take()) != "]":
            low, is_single = self.member(one)
            if self.ahead() == "-":
                self.at += 1
                high, is_high_single = self.member(self.take())
                if not (is_single and is_high_single) or low[0][0] > high[0][0]:
                    raise PatternRefused("a range in a class that runs between no two characters")
                found.append((low[0][0], high[0][0]))
            else:
                found.extend(low)
        if not found:
            raise PatternRefused("an empty class")
        ranges = merged(found)
        return inverted(ranges) if negated else ranges

    def member(self, one: str) -> tuple[Ranges, bool]:
        """What stands here in a class, and whether it is a single character."""
        if one == "":
            raise PatternRefused("a class that is never closed")
        if one == "\\":
            is_single = self.ahead() not in _CLASSES
            return self.escape(_ESCAPED | {"&", "~"}), is_single
        if one in "[]-^&~|":
            raise PatternRefused(f"{one} in a class without a \\ before it")
        return ((ord(one), ord(one)),), True
