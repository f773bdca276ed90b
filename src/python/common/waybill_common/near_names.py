"""The name that was probably meant. It needs nothing but the standard library."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, candidates: Iterable[str]) -> str:
    """Words for a message: the name that was probably meant, or nothing."""
    near = difflib.get_close_matches(word, list(candidates), n=1)
    return f"; did you mean {near[0]}?" if near else ""
