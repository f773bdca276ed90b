"""One fixed spelling of a contract's records: separators, the order of members, which may be absent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TypeAlias


@dataclass(frozen=True)
class ValueSpelling:
    """Between quotation marks or not; ``None`` where null alone was seen."""

    is_text: bool | None


@dataclass(frozen=True)
class ListSpelling:
    """``[`` with what follows it, what stands between items, ``]`` with what stands before; then the item's. What was
    not seen is ``None``."""

    open: bytes | None = None
    between: bytes | None = None
    close: bytes | None = None
    item: Spelling | None = None


@dataclass(frozen=True)
class MemberSpelling:
    """``text`` is the name with its quotation marks and what stands before the value."""

    name: str
    text: bytes
    is_always_there: bool
    value: Spelling | None


@dataclass(frozen=True)
class ObjectSpelling:
    open: bytes | None = None
    between: bytes | None = None
    close: bytes | None = None
    members: tuple[MemberSpelling, ...] = ()


Spelling: TypeAlias = "ValueSpelling | ListSpelling | ObjectSpelling"


class Differs(ValueError):
    """Two records are not spelled alike."""


def one_of(first: bytes | None, second: bytes | None) -> bytes | None:
    if first is not None and second is not None and first != second:
        raise Differs
    return first if second is None else second


def merged(found: Sequence[Spelling | None]) -> Spelling | None:
    """What all of them are spelled in; raises ``Differs``. ``None`` are nulls."""
    seen = [one for one in found if one is not None and one != ValueSpelling(None)]
    if not seen:
        return found[0] if found else None
    if any(type(one) is not type(seen[0]) for one in seen):
        raise Differs
    objects = [one for one in seen if isinstance(one, ObjectSpelling)]
    if objects:
        return _merged_objects(objects)
    lists = [one for one in seen if isinstance(one, ListSpelling)]
    if lists:
        return _merged_lists(lists)
    if any(one != seen[0] for one in seen):
        raise Differs
    return seen[0]


def _merged_texts(texts: Sequence[bytes | None]) -> bytes | None:
    common: bytes | None = None
    for one in texts:
        common = one_of(common, one)
    return common


def _merged_lists(lists: list[ListSpelling]) -> ListSpelling:
    return ListSpelling(
        _merged_texts([one.open for one in lists]),
        _merged_texts([one.between for one in lists]),
        _merged_texts([one.close for one in lists]),
        merged([one.item for one in lists if one.item is not None]),
    )


def _merged_objects(objects: list[ObjectSpelling]) -> ObjectSpelling:
    filled = [one for one in objects if one.members]
    order = _in_order([tuple(member.name for member in one.members) for one in filled])
    by_name: dict[str, list[MemberSpelling]] = {name: [] for name in order}
    for one in filled:
        for member in one.members:
            by_name[member.name].append(member)
    members = []
    for name, alike in by_name.items():
        text = _merged_texts([member.text for member in alike])
        is_always_there = len(alike) == len(objects) and all(member.is_always_there for member in alike)
        value = merged([member.value for member in alike])
        members.append(MemberSpelling(name, text or b"", is_always_there, value))
    return ObjectSpelling(
        _merged_texts([one.open for one in filled]),
        _merged_texts([one.between for one in filled]),
        _merged_texts([one.close for one in filled]),
        tuple(members),
    )


def _in_order(orders: list[tuple[str, ...]]) -> list[str]:
    """An order that all of them keep; raises ``Differs`` where there is none."""
    before: dict[str, dict[str, None]] = {}
    for order, _ in Counter(orders).most_common():
        for name in order:
            before.setdefault(name, {})
        for name, following in pairwise(order):
            before[following][name] = None
    try:
        return [*TopologicalSorter(before).static_order()]
    except CycleError:
        raise Differs from None
