"""What is noted of one record while its value is checked: what is wrong, and unknown members that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from waybill_contracts.document import escaped, quoted
from waybill_contracts.types.misfit import UNKNOWN_FIELD, Misfit

Where: TypeAlias = "tuple[Where, str] | None"
"""A place as the place around it and a token: it costs nothing until somebody wants its text."""

Rules: TypeAlias = "tuple[tuple[Misfit, Callable[[Any], bool]], ...]"

MOST_PATH = 400
EXTRA_FACTOR = 4
EXTRA_BASE = 65_536


def tokens_at(where: Where) -> list[str]:
    tokens = []
    while where is not None:
        where, token = where
        tokens.append(token)
    return tokens[::-1]


def path_text(where: Where) -> str:
    """The JSON Pointer, cut. A map's key may be as long as the record: no more of it is touched than is shown."""
    path = ""
    for token in tokens_at(where):
        if len(path) >= MOST_PATH:
            break
        path += f"/{escaped(token[:MOST_PATH])}"
    return path[:MOST_PATH]


class Notes:
    """``extra`` and ``ignored`` are the contract's; ``size`` is the value's in code points; ``most`` bounds how many
    misfits are listed. ``is_sliced`` says that unknown members come with their own text."""

    __slots__ = (
        "_kept",
        "_size",
        "_within",
        "extra",
        "ignored",
        "is_sliced",
        "limit",
        "misfits",
        "most",
        "wants_slices",
    )

    def __init__(
        self,
        extra: str,
        ignored: tuple[tuple[str, ...], ...],
        size: int,
        most: int | None,
        *,
        is_sliced: bool,
    ) -> None:
        self.extra = extra
        self.ignored = ignored
        self.is_sliced = is_sliced
        self.limit = EXTRA_FACTOR * size + EXTRA_BASE
        self.most = most
        self.misfits: list[tuple[Where, Misfit]] = []
        self.wants_slices = False
        self._kept: list[tuple[int, Where, str, str]] = []
        self._size = 0
        self._within: tuple[Where, int] = (None, 0)

    def tell(self, where: Where, misfit: Misfit) -> None:
        if self.most is None or len(self.misfits) < self.most:
            self.misfits.append((where, misfit))

    def tell_rules(self, where: Where, value: Any, rules: Rules) -> None:
        """The first that a container breaks; its items are judged all the same."""
        for misfit, is_broken in rules:
            if is_broken(value):
                self.tell(where, misfit)
                return

    def unknown(self, where: Where, name: str, member: Any) -> None:
        """A member that no field describes stands in the object at ``where``."""
        if self.extra == "ignore" or (self.ignored and self._is_ignored(where, name)):
            return
        if self.extra == "dead":
            self.tell((where, name), UNKNOWN_FIELD)
        elif not self.is_sliced:
            self.wants_slices = True
        elif (
            not self.is_extra_too_long
        ):  # else names that are long themselves would be counted again and again
            self._keep(where, name, member.at, member.text)

    def _is_ignored(self, where: Where, name: str) -> bool:
        tokens = (*tokens_at(where), name)
        return any(tokens[: len(one)] == one for one in self.ignored)

    def _keep(self, where: Where, name: str, at: int, text: str) -> None:
        if where is not self._within[0]:
            self._within = where, pointer_length(tokens_at(where))
        self._size += self._within[1] + pointer_length((name,)) + len(text)
        if self._size <= self.limit:
            self._kept.append((at, where, name, text))

    @property
    def is_extra_too_long(self) -> bool:
        return self._size > self.limit

    def extra_text(self) -> str | None:
        """``_extra``: what was kept, in the order of the record."""
        if not self._kept:
            return None
        found = [
            f"{_pointer(where, name)}:{text}"
            for _, where, name, text in sorted(self._kept, key=lambda one: one[0])
        ]
        return f"{{{','.join(found)}}}"


def pointer_length(tokens: Iterable[str]) -> int:
    return sum(1 + len(token) + token.count("~") + token.count("/") for token in tokens)


def _pointer(where: Where, name: str) -> str:
    return quoted("".join(f"/{escaped(token)}" for token in (*tokens_at(where), name)))
