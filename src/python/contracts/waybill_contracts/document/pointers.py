"""JSON Pointers (RFC 6901), as tuples of tokens and as text."""

from __future__ import annotations

import re

_TOKENS = re.compile(r"(?:/(?:[^~/]|~[01])*)+", re.DOTALL)


def escaped(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1") if "~" in token or "/" in token else token


def spelled(tokens: tuple[str, ...]) -> str:
    return "".join(f"/{escaped(token)}" for token in tokens)


def tokens_of(text: str) -> tuple[str, ...] | None:
    """The tokens of a pointer of one or more; ``None`` where ``text`` is none."""
    if not _TOKENS.fullmatch(text):
        return None
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/"))
