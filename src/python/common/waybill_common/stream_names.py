"""What a stream, its dataset and its topic may be called. It needs nothing but the standard library."""

from __future__ import annotations

import re

STREAM_NAME = r"^[a-z][a-z0-9_]{0,47}$"
TOPIC_NAME = r"^[a-zA-Z0-9._-]{1,200}$"
SIBLING = "_redriven"
"""What the dataset of a stream's redrives has after its name."""

MOST_OF_A_NAME = 48
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_UNFIT = re.compile(r"[^a-z0-9]+")


def why_no_stream(name: str) -> str | None:
    """None for a name that a stream may have: it is folder, package, DAG, topic prefix, variable and label."""
    if not re.fullmatch(STREAM_NAME[1:-1], name):
        return "a stream's name is 1 to 48 of a-z, 0-9 and _, and begins with a letter"
    if "__" in name or name.endswith(("_", SIBLING)):
        return f"a stream's name has no '__' in it, and ends neither in '_' nor in '{SIBLING}'"
    return None


def why_no_topic(name: str) -> str | None:
    if not re.fullmatch(TOPIC_NAME[1:-1], name):
        return "a topic's name is 1 to 200 of letters, digits, '.', '_' and '-'"
    return "Kafka takes any name but '.' and '..'" if name in (".", "..") else None


def stream_name_of(said: str) -> str | None:
    """The stream's name that a topic, a file or a model gives; None where nothing of it is left.

    Small letters; a capital after another letter or a digit begins a word; whatever is no letter or digit of ASCII
    parts words, which `_` joins; it begins with the first letter, has the first 48 characters, and loses `_redriven`
    at its end.
    """
    words = _UNFIT.sub("_", _HUMP.sub("_", said).lower()).lstrip("0123456789_")
    name = words[:MOST_OF_A_NAME].rstrip("_")
    while name.endswith(SIBLING):
        name = name.removesuffix(SIBLING).rstrip("_")
    return name or None
