"""Which of the streams that wait gets the next slot of the pool. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def half_of(slots: int) -> int:
    """What one stream holds at most while another waits."""
    return max(1, slots // 2)


def next_stream(waiting: Sequence[str], held: Mapping[str, int], slots: int) -> str | None:
    """One of those that wait, in the order of their turns, or nobody. ``held`` says how many slots each stream has.

    While several wait, one that has half of the slots is passed over; of an odd number the one in the middle goes by
    turns, too. One that came while another had more than half of them need not wait until that one is done, which may
    take minutes: where every slot is taken it gets one more, which is gone once so many are free again.
    """
    if not waiting:
        return None
    half, taken = half_of(slots), sum(held.values())
    if taken >= slots:
        is_crowded_out = taken == slots and max(held.values()) > half
        return next((name for name in waiting if not held.get(name)), None) if is_crowded_out else None
    if len(waiting) == 1:
        return waiting[0]
    return next((name for name in waiting if held.get(name, 0) < half), waiting[0])
