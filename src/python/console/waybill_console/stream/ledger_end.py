"""Where the ledger ends, asked by names alone: numbers have no gap, so that no listing is needed. Pure."""

from __future__ import annotations

from collections.abc import Callable


def last_number(hint: int, exists: Callable[[int], bool]) -> int:
    """The highest number that exists, 0 where there is none; ``hint`` is one that was there, 0 if nobody knows.

    The hint is at most a commit or two old, so this asks twice; without one it asks some thirty times.
    """
    low, step = hint, 1
    while exists(low + step):
        low, step = low + step, 2 * step
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if exists(middle) else (low, middle)
    return low


def first_where(last: int, is_true: Callable[[int], bool]) -> int | None:
    """The first number of 1 to ``last`` for which it is true, where it stays true from there on."""
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_true(middle) else (middle + 1, high)
    return low if low <= last else None
