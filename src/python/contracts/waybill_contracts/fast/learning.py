"""How a record is spelled, seen in one that the judge has called a row.

Whatever is learned decides only which records are taken, never what is said of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from waybill_contracts.fast.plan import ANY, AnyPlan, ListPlan, ObjectPlan, Others, Plan, ValuePlan
from waybill_contracts.fast.spelling import (
    Differs,
    ListSpelling,
    MemberSpelling,
    ObjectSpelling,
    Spelling,
    ValueSpelling,
    merged,
    one_of,
)

_FREE = ObjectPlan(None, {}, Others("ignore", frozenset()))
"""An object of which nothing is described."""

_space = re.compile(rb"[ \t\n\r]*").match
_text = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL).match
_bare = re.compile(rb"[^\[\]{}, \t\n\r]+").match


def learned(plan: ObjectPlan, rows: Iterable[bytes]) -> ObjectSpelling | None:
    """The spelling of the first of ``rows``, and of those that are spelled like it."""
    seen = [one for one in (_seen_or_none(plan, row) for row in rows) if one is not None]
    try:
        common = merged(seen)
    except Differs:
        common = _of_the_first(seen)
    return common if isinstance(common, ObjectSpelling) else None


def _seen_or_none(plan: ObjectPlan, row: bytes) -> Spelling | None:
    try:
        return seen_in(plan, row)
    except Differs:
        return None


def _of_the_first(seen: list[Spelling]) -> Spelling | None:
    """Where not all are alike. Each is tried with all that were found alike, for an order of members that all keep."""
    alike: list[Spelling] = []
    common: Spelling | None = None
    for one in seen:
        try:
            common = merged([*alike, one])
        except Differs:
            continue
        alike.append(one)
    return common


def seen_in(plan: ObjectPlan, row: bytes) -> Spelling:
    """Raises ``Differs`` where the record is spelled in no way that is read here."""
    begin = _after_space(row, 0)
    seen, end = _value(plan, row, begin)
    if not isinstance(seen, ObjectSpelling) or not seen.members or _after_space(row, end) != len(row):
        raise Differs
    return ObjectSpelling(
        row[:begin] + (seen.open or b""), seen.between, (seen.close or b"") + row[end:], seen.members
    )


def _after_space(row: bytes, at: int) -> int:
    found = _space(row, at)
    return found.end() if found else at


def _value(plan: Plan, row: bytes, at: int) -> tuple[Spelling | None, int]:
    first = row[at : at + 1]
    if first not in b'"{[':
        found = _bare(row, at)
        if found is None:
            raise Differs
        if found[0] == b"null":
            return None, found.end()
        if not isinstance(plan, ValuePlan | AnyPlan):
            raise Differs
        return ValueSpelling(is_text=False), found.end()
    if first == b'"' and isinstance(plan, ValuePlan | AnyPlan):
        return ValueSpelling(is_text=True), _end_of_text(row, at)
    if first == b"{" and isinstance(plan, ObjectPlan | AnyPlan):
        return _object(plan if isinstance(plan, ObjectPlan) else _FREE, row, at)
    if first == b"[" and isinstance(plan, ListPlan | AnyPlan):
        return _list(plan.item if isinstance(plan, ListPlan) else ANY, row, at)
    raise Differs


def _end_of_text(row: bytes, at: int) -> int:
    found = _text(row, at)
    if found is None:
        raise Differs
    return found.end()


def _object(plan: ObjectPlan, row: bytes, at: int) -> tuple[ObjectSpelling, int]:
    if row[at + 1 : at + 2] == b"}":
        return ObjectSpelling(), at + 2
    place = _after_space(row, at + 1)
    opening, between, members = row[at:place], None, []
    while True:
        name_end = _end_of_text(row, place)
        value_at = _after_space(row, _after_space(row, name_end) + 1)
        text = row[place:value_at]
        name = _plain_name(row[place + 1 : name_end - 1])
        if name not in plan.members and plan.others.at is None and plan.others.fate(name) != "ignore":
            raise Differs
        value, end = _value(plan.members.get(name, ANY), row, value_at)
        members.append(MemberSpelling(name, text, is_always_there=True, value=value))
        after = _after_space(row, end)
        if row[after : after + 1] != b",":
            return ObjectSpelling(opening, between, row[end : after + 1], tuple(members)), after + 1
        place = _after_space(row, after + 1)
        between = one_of(between, row[end:place])


def _plain_name(name: bytes) -> str:
    if b"\\" in name:
        raise Differs
    return name.decode()


def _list(each: Plan, row: bytes, at: int) -> tuple[ListSpelling, int]:
    if row[at + 1 : at + 2] == b"]":
        return ListSpelling(), at + 2
    place = _after_space(row, at + 1)
    opening, between = row[at:place], None
    items: list[Spelling | None] = []
    while True:
        item, end = _value(each, row, place)
        items.append(item)
        after = _after_space(row, end)
        if row[after : after + 1] != b",":
            return ListSpelling(opening, between, row[end : after + 1], merged(items)), after + 1
        place = _after_space(row, after + 1)
        between = one_of(between, row[end:place])
