"""Why a document is refused: the place, what is allowed there, and the nearest spelling."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from waybill_contracts.document.pointers import spelled

MOST_SHOWN = 80


class DocumentRefused(ValueError):
    """Something in the document is outside the language.

    ``unknown`` says that a later language may know it: a document like that in a dataset needs a later release.
    """

    def __init__(
        self,
        place: tuple[str, ...],
        found: str,
        *,
        allowed: str,
        nearest: str | None = None,
        unknown: bool = False,
    ) -> None:
        self.place = spelled(place)
        self.found = found
        self.allowed = allowed
        self.nearest = nearest
        self.unknown = unknown
        super().__init__(f"{self.place or 'the document'}: {found}; allowed: {allowed}")


def refuse(place: tuple[str, ...], found: str, allowed: str) -> DocumentRefused:
    return DocumentRefused(place, found, allowed=allowed)


def refuse_word(place: tuple[str, ...], kind: str, word: object, known: Iterable[str]) -> DocumentRefused:
    """``word`` is none of those that language 1 knows."""
    words = sorted(known)
    return DocumentRefused(
        place,
        f"{kind} {shown(word)} is unknown",
        allowed=", ".join(words) or "none",
        nearest=_nearest(word, words),
        unknown=True,
    )


def _nearest(word: object, words: list[str]) -> str | None:
    """Whoever writes in capitals means the same word."""
    if not isinstance(word, str):
        return None
    lowered = {one.lower(): one for one in words}
    near = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.5)
    return lowered[near[0]] if near else None


def shown(value: object) -> str:
    """A value of the document, short enough for a message."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
