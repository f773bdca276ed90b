"""What a member's name says of its value, where the values alone would leave a choice."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

TIMES = frozenset((
    *("at", "created", "date", "datetime", "epoch", "expires", "expiry", "modified", "nano"),
    *("nanos", "since", "time", "timestamp", "ts", "unix", "until", "updated", "when"),
))  # fmt: skip
TIME_ENDS = ("time", "timestamp", "date")
AMOUNTS = frozenset((
    *("amount", "ask", "balance", "bid", "cost", "discount", "fee", "fees", "net", "paid"),
    *("price", "qty", "quantity", "rate", "subtotal", "sum", "tax", "total", "value", "volume"),
    *("weight"),
))  # fmt: skip
NO_NUMBERS = frozenset(("build", "release", "revision", "specversion", "version"))
DURATIONS = frozenset(("duration", "elapsed", "lag", "length", "runtime", "uptime"))
LABELS = frozenset(("annotations", "attributes", "headers", "labels", "tags"))


def words_of(name: str) -> frozenset[str]:
    """``createdAt``, ``created_at`` and ``CREATED-AT`` have the same."""
    return frozenset(word.lower() for word in _WORDS.findall(name))


def may_be_a_time(name: str) -> bool:
    words = words_of(name)
    return bool(words & TIMES) or any(word.endswith(TIME_ENDS) for word in words)


def may_be_a_number(name: str) -> bool:
    """Of texts that are decimals."""
    return not words_of(name) & NO_NUMBERS


def is_an_amount(name: str) -> bool:
    return bool(words_of(name) & AMOUNTS)


def is_a_duration(name: str) -> bool:
    return bool(words_of(name) & DURATIONS)


def has_labels(name: str) -> bool:
    return name.lower() in LABELS
