"""Why records became dead letters: how many for which reason, in which field, each with an example. Pure.

What is counted is what stands. Records may hold any number of names, so each reason keeps its commonest fields alone;
how many letters it has altogether is what reports and receipts say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

MOST_FIELDS = 10
"""Of a reason."""

_LONGEST_FIELD = 100

_MOST_AT_ONCE = 10_000
"""Groups that are counted at once, before the rarest of them are forgotten."""


@dataclass(frozen=True)
class LetterGroup:
    """``count`` letters, or more where groups were forgotten; one of them is that of ``partition`` and ``offset``.

    ``field`` is None where the reason is of no field, or none is told.
    """

    reason: str
    field: str | None
    count: int
    partition: int
    offset: int


def groups_of(partition: int, letters: Iterable[tuple[int, str, str]]) -> tuple[LetterGroup, ...]:
    """Of letters as they are stored: offset, reason, detail."""
    found: dict[tuple[str, str | None], tuple[int, int]] = {}
    for offset, reason, detail in letters:
        known = reason, field_in(reason, detail)
        count, first = found.get(known, (0, offset))
        found[known] = count + 1, first
        if len(found) > _MOST_AT_ONCE:
            found = _kept(partition, found)
    return merged(
        LetterGroup(reason, field, count, partition, offset)
        for (reason, field), (count, offset) in found.items()
    )


def field_in(reason: str, detail: str) -> str | None:
    """The field that a detail names first, where that is the one that gave the reason."""
    at = detail.find(f": {reason}")
    if at <= 0 or "; " in detail[:at]:  # another field's, or a name that reads like two
        return None
    return detail[:at]


def merged(groups: Iterable[LetterGroup], most: int = MOST_FIELDS) -> tuple[LetterGroup, ...]:
    """One group for each reason and field, of each reason the ``most`` commonest; the example is the first."""
    found: dict[tuple[str, str | None], LetterGroup] = {}
    for one in groups:
        known = found.get((one.reason, one.field))
        found[one.reason, one.field] = one if known is None else _both(known, one)
    kept: dict[str, int] = {}
    ordered = []
    for one in sorted(found.values(), key=lambda group: (-group.count, group.reason, group.field or "")):
        kept[one.reason] = kept.get(one.reason, 0) + 1
        if kept[one.reason] <= most:
            ordered.append(one)
    return tuple(ordered)


def with_fields(groups: Iterable[LetterGroup], named: Callable[[str], str]) -> tuple[LetterGroup, ...]:
    """The same with other names of fields, of which several may become one."""
    return merged(
        one if one.field is None else replace(one, field=named(one.field)[:_LONGEST_FIELD]) for one in groups
    )


def _both(one: LetterGroup, other: LetterGroup) -> LetterGroup:
    first = min(one, other, key=lambda group: (group.partition, group.offset))
    return replace(first, count=one.count + other.count)


def to_json(groups: Sequence[LetterGroup]) -> str:
    """One line."""
    return json.dumps([[one.reason, one.field, one.count, one.partition, one.offset] for one in groups])


def from_json(text: str) -> tuple[LetterGroup, ...]:
    return tuple(LetterGroup(*one) for one in json.loads(text))


def _kept(
    partition: int, found: dict[tuple[str, str | None], tuple[int, int]]
) -> dict[tuple[str, str | None], tuple[int, int]]:
    groups = (
        LetterGroup(reason, field, count, partition, offset)
        for (reason, field), (count, offset) in found.items()
    )
    return {(one.reason, one.field): (one.count, one.offset) for one in merged(groups)}
