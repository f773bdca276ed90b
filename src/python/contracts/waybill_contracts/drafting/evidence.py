"""What a sample shows of each place in its records. Of texts nothing is kept but lengths, and which grammars fit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeAlias

from waybill_contracts.drafting.numbers_seen import NumbersSeen
from waybill_contracts.drafting.texts_seen import TextsSeen
from waybill_contracts.scanning import NumberText, Repeated

EACH = None
"""In a path: any place of a list, any key of a map."""

Path: TypeAlias = "tuple[str | None, ...]"


class ObjectsSeen:
    """``members`` in the order in which they first came; with ``is_map`` all values are ``each``."""

    def __init__(self, path: Path, maps: Collection[Path]) -> None:
        self.count = self.total = self.most = 0
        self.least: int | None = None
        self.repeats = False
        self.members: dict[str, PlaceSeen] = {}
        self.is_map = path in maps
        self.each = PlaceSeen((*path, EACH), maps) if self.is_map else None
        self._path, self._maps = path, maps

    def see(self, token: dict[str, Any]) -> None:
        self.count += 1
        self.total += len(token)
        self.most = max(self.most, len(token))
        self.least = len(token) if self.least is None else min(self.least, len(token))
        self.repeats = self.repeats or isinstance(token, Repeated)
        for name, value in token.items():
            place = self.each or self.members.get(name)
            if place is None:
                place = self.members[name] = PlaceSeen((*self._path, name), self._maps)
            place.see(value)


class ListsSeen:
    def __init__(self, path: Path, maps: Collection[Path]) -> None:
        self.count = self.most = 0
        self.least: int | None = None
        self.item = PlaceSeen((*path, EACH), maps)

    def see(self, token: list[Any]) -> None:
        self.count += 1
        self.most = max(self.most, len(token))
        self.least = len(token) if self.least is None else min(self.least, len(token))
        for one in token:
            self.item.see(one)


class PlaceSeen:
    """``count`` is how often something stood there, null included."""

    __slots__ = (
        "_hashes",
        "_maps",
        "booleans",
        "count",
        "lists",
        "nulls",
        "numbers",
        "objects",
        "path",
        "texts",
    )

    def __init__(self, path: Path, maps: Collection[Path]) -> None:
        self.path = path
        self.count = self.nulls = self.booleans = 0
        self.numbers: NumbersSeen | None = None
        self.texts: TextsSeen | None = None
        self.objects: ObjectsSeen | None = None
        self.lists: ListsSeen | None = None
        self._maps = maps
        self._hashes: set[int] | None = set()

    def see(self, token: Any) -> None:
        self.count += 1
        if token is None:
            self.nulls += 1
        elif token.__class__ is bool:
            self.booleans += 1
        elif token.__class__ is NumberText:
            self.numbers = self.numbers or NumbersSeen("number")
            self.numbers.see(token)
            self._note(token)
        elif token.__class__ is str:
            self.texts = self.texts or TextsSeen()
            self.texts.see(token)
            self._note(token)
        elif isinstance(token, dict):
            self.objects = self.objects or ObjectsSeen(self.path, self._maps)
            self.objects.see(token)
        else:
            self.lists = self.lists or ListsSeen(self.path, self._maps)
            self.lists.see(token)

    @property
    def is_distinct(self) -> bool:
        """Whether no number or text stood there twice."""
        return self._hashes is not None

    @property
    def tokens(self) -> dict[str, int]:
        """How often each kind of token stood there, null aside."""
        counts = {
            "boolean": self.booleans,
            "number": self.numbers.count if self.numbers else 0,
            "text": self.texts.count if self.texts else 0,
            "object": self.objects.count if self.objects else 0,
            "list": self.lists.count if self.lists else 0,
        }
        return {name: count for name, count in counts.items() if count}

    def inside(self, token: str) -> PlaceSeen | None:
        """What was seen one token of a JSON Pointer further."""
        if self.objects and (found := self.objects.each or self.objects.members.get(token)):
            return found
        return self.lists.item if self.lists else None

    def _note(self, token: str) -> None:
        if self._hashes is not None:
            length = len(self._hashes)
            self._hashes.add(hash(token))
            if len(self._hashes) == length:
                self._hashes = None


def learn(trees: Collection[dict[str, Any]], maps: Collection[Path]) -> PlaceSeen:
    root = PlaceSeen((), maps)
    for tree in trees:
        root.see(tree)
    return root
