"""How long the next splits are: pure, from what the last receipt says of its splits.

A manifest fixes its splits before anybody has read them, so their bytes are an estimate. What a task meets beyond it
goes to disk: a wrong estimate costs time, never memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from waybill_common.ledger.split_report import SplitReport3

FIRST = 10_000
"""Offsets of a partition's first split, of whose records nothing is known."""

MOST_BY_SIZE = 1_000
"""Splits of one commit, where it is their bytes that make them many; each partition has one all the same."""

MOST_OBJECTS = 100_000
"""Of one commit, going by how many the last one had: its receipt names each of them, and has to be read again."""

_FEW, _USUAL = 100, 1024
"""Each estimate begins as though it had seen so many records of so many bytes: one record says little of the next."""


@dataclass(frozen=True)
class Seen:
    """Offsets of a partition that were read, the keys and values of their records in bytes, and the objects that these
    became."""

    offsets: int
    raw_bytes: int
    objects: int = 0


NOTHING_SEEN = Seen(0, 0)


def seen_in(reports: Sequence[SplitReport3]) -> dict[int, Seen] | None:
    """What a receipt says of each partition that had records; None where it read nothing at all."""
    found: dict[int, Seen] = {}
    read = 0
    for one in reports:
        offsets = one.length - one.lost
        read += offsets
        if one.rows + one.dead + one.skipped:
            known = found.get(one.partition, NOTHING_SEEN)
            objects = len(one.data) + (one.dead_letters is not None)
            found[one.partition] = Seen(
                known.offsets + offsets, known.raw_bytes + one.raw_bytes, known.objects + objects
            )
    return found if read else None


@dataclass(frozen=True)
class SplitPlan:
    """One partition's part of a commit: where it ends, and the greatest lengths of its splits.

    ``first`` is that of its first one, where that is shorter.
    """

    end: int
    longest: int
    first: int | None = None


def plan_splits(
    ranges: Mapping[int, tuple[int, int]],
    seen: Mapping[int, Seen] | None,
    *,
    split_bytes: int,
    most_rows: int,
    in_one: bool,
) -> dict[int, SplitPlan]:
    """How each partition's ``[start, end)`` is cut, and how much of it this commit moves.

    Where nothing is known, a commit moves one short split of each partition: the next one knows. It moves less than all
    where large records would make too many splits, or records of many days too many objects. ``in_one`` moves all,
    whatever is known.
    """
    longest = _longest(ranges, seen or {}, split_bytes, most_rows)
    if in_one:
        offsets = sum(end - start for start, end in ranges.values())
        least = min(most_rows, -(-offsets // MOST_BY_SIZE))
        first = None if seen is not None else min(FIRST, most_rows)
        return {p: SplitPlan(end, max(least, longest[p]), first) for p, (_, end) in ranges.items()}
    if seen is None:
        return {
            p: SplitPlan(min(end, start + FIRST), min(FIRST, most_rows)) for p, (start, end) in ranges.items()
        }
    ranges = _of_few_objects(ranges, seen)
    pieces = {p: -(-(end - start) // longest[p]) for p, (start, end) in ranges.items()}
    whole = sum(pieces.values())
    if whole <= MOST_BY_SIZE or all(one == most_rows for one in longest.values()):
        return {p: SplitPlan(end, longest[p]) for p, (_, end) in ranges.items()}
    shares = {p: max(1, MOST_BY_SIZE * count // whole) for p, count in pieces.items()}
    return {
        p: SplitPlan(min(end, start + shares[p] * longest[p]), longest[p])
        for p, (start, end) in ranges.items()
    }


def _of_few_objects(
    ranges: Mapping[int, tuple[int, int]], seen: Mapping[int, Seen]
) -> Mapping[int, tuple[int, int]]:
    """As much of each as becomes few objects, if offsets become as many as the last did. Longer splits have fewer for
    each offset, so this is no less than there will be."""
    known = _known(ranges, seen)
    expected = sum(
        (end - start) * known[p].objects // (known[p].offsets + _FEW) for p, (start, end) in ranges.items()
    )
    if expected <= MOST_OBJECTS:
        return ranges
    return {
        p: (start, min(end, start + max(1, (end - start) * MOST_OBJECTS // expected)))
        for p, (start, end) in ranges.items()
    }


def longest_splits(
    partitions: Iterable[int], seen: Mapping[int, Seen] | None, *, split_bytes: int, most_rows: int
) -> dict[int, int]:
    """Offsets of each partition that are one whole split, by what is known of its records."""
    if seen is None:
        return dict.fromkeys(partitions, min(FIRST, most_rows))
    return _longest(partitions, seen, split_bytes, most_rows)


def _longest(
    partitions: Iterable[int], seen: Mapping[int, Seen], split_bytes: int, most_rows: int
) -> dict[int, int]:
    """By what the partition's last records took; by those of all where it had none."""
    return {
        p: max(1, min(most_rows, split_bytes * (one.offsets + _FEW) // (one.raw_bytes + _FEW * _USUAL)))
        for p, one in _known(partitions, seen).items()
    }


def _known(partitions: Iterable[int], seen: Mapping[int, Seen]) -> dict[int, Seen]:
    of_all = Seen(
        sum(one.offsets for one in seen.values()),
        sum(one.raw_bytes for one in seen.values()),
        sum(one.objects for one in seen.values()),
    )
    return {p: seen.get(p, of_all) for p in partitions}
