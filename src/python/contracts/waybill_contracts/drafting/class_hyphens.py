"""Hyphens at an end of a pattern's class: everywhere the character itself, and in the language only after a ``\\``."""

from __future__ import annotations


def with_hyphens_escaped(pattern: str) -> str:
    """``[a-z0-9-]`` as ``[a-z0-9\\-]``. All else stays as it is, a pattern that is none too."""
    found: list[str] = []
    at, first = 0, None  # where the class around it has its first member
    while at < len(pattern):
        one = pattern[at]
        if one == "\\":
            found.append(pattern[at : at + 2])
            at += 2
            continue
        if first is None and one == "[":
            first = at + 1 + pattern.startswith("^", at + 1)
            found.append(pattern[at:first])
            at = first
            continue
        is_at_an_end = one == "-" and (at == first or pattern.startswith("]", at + 1))
        found.append("\\-" if first is not None and is_at_an_end else one)
        if one == "]" and at != first:
            first = None
        at += 1
    return "".join(found)
