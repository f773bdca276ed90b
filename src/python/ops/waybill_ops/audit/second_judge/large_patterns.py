"""Patterns that rust-regex finds too large: by the sets of places that each part leads to."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

OneFits: TypeAlias = Callable[[str, str], bool]
"""Whether an atom of the language, a class or a literal, is one character."""

Places: TypeAlias = "set[int]"
Step: TypeAlias = Callable[[Places], Places]

_TOKEN = re.compile(r"\[(?:\\.|[^\]\\])*\]|\\.|\(\?:|\{[0-9,]+\}|.", re.DOTALL)
_REPEATS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def is_found_by_places(pattern: str, text: str, fits: OneFits) -> bool:
    """The pattern has been checked when its document was."""
    steps = _Steps(pattern, text, lru_cache(maxsize=10_000)(fits))
    return bool(steps.branches()(set(range(len(text) + 1))))


class _Steps:
    """Reads the pattern from its end backwards: ``tokens`` is a stack."""

    def __init__(self, pattern: str, text: str, fits: OneFits) -> None:
        self.tokens = _TOKEN.findall(pattern)[::-1]
        self.text = text
        self.fits = fits

    def branches(self) -> Step:
        found = [self.sequence()]
        while self.tokens and self.tokens[-1] == "|":
            self.tokens.pop()
            found.append(self.sequence())
        return lambda places: set[int]().union(*(one(places) for one in found))

    def sequence(self) -> Step:
        found: list[Step] = []
        while self.tokens and self.tokens[-1] not in ("|", ")"):
            found.append(self.repeated(self.part(self.tokens.pop())))

        def through_all(places: Places) -> Places:
            for one in found:
                places = one(places)
            return places

        return through_all

    def part(self, atom: str) -> Step:
        if atom in ("(", "(?:"):
            inner = self.branches()
            self.tokens.pop()
            return inner
        if atom in ("^", "$"):
            end = 0 if atom == "^" else len(self.text)
            return lambda places: places & {end}
        text, fits = self.text, self.fits
        return lambda places: {one + 1 for one in places if one < len(text) and fits(atom, text[one])}

    def repeated(self, part: Step) -> Step:
        token = self.tokens[-1] if self.tokens else ""
        if token in _REPEATS:
            least, most = _REPEATS[token]
        elif token.startswith("{"):
            first, comma, last = token[1:-1].partition(",")
            least, most = int(first), int(last or first) if last or not comma else None
        else:
            return part
        self.tokens.pop()

        def some_times(places: Places) -> Places:
            for _ in range(least):
                places = part(places)
            found, new, count = set(places), places, least
            while new and (most is None or count < most):
                new = part(new) - found
                found |= new
                count += 1
            return found

        return some_times
