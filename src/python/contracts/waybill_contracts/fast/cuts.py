"""Records cut into their values: where each begins and ends, in numpy arrays over the records, or over objects or
items of lists in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from waybill_contracts.fast.record_bytes import Truths, WholeNumbers


@dataclass
class ValueCut:
    """A text without its quotation marks (``is_text``), or another value without parts. ``null`` where there is none,
    ``absent`` where no null stands either."""

    start: WholeNumbers
    end: WholeNumbers
    null: Truths
    absent: Truths
    is_text: bool


@dataclass
class ObjectCut:
    """Those at ``inside`` are objects; their members' cuts have as many places."""

    start: WholeNumbers
    end: WholeNumbers
    null: Truths
    absent: Truths
    inside: WholeNumbers
    members: dict[str, Cut] = field(default_factory=dict)


@dataclass
class ListCut:
    """``owner`` says of each item whose it is; the items stand in the order of their owners, and of the record."""

    start: WholeNumbers
    end: WholeNumbers
    null: Truths
    absent: Truths
    owner: WholeNumbers
    item: Cut | None


Cut: TypeAlias = "ValueCut | ObjectCut | ListCut"


def nothing(at: WholeNumbers) -> ValueCut:
    """Null, or absent, throughout."""
    true = np.ones(len(at), np.bool_)
    return ValueCut(at, at, true, true.copy(), is_text=False)


def chosen(cut: Cut, order: WholeNumbers) -> Cut:
    """Those at ``order``, in this order."""
    match cut:
        case ValueCut():
            return ValueCut(*_around(cut, order), cut.is_text)
        case ObjectCut():
            return chosen_objects(cut, order)
    counts = np.bincount(cut.owner, minlength=len(cut.start))
    begins = np.cumsum(counts) - counts
    wanted = counts[order]
    owner = np.repeat(np.arange(len(order)), wanted)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(wanted) - wanted, wanted)
    item = None if cut.item is None else chosen(cut.item, begins[order][owner] + within)
    return ListCut(*_around(cut, order), owner, item)


def chosen_objects(cut: ObjectCut, order: WholeNumbers) -> ObjectCut:
    place = np.full(len(cut.start), -1, np.int64)
    place[cut.inside] = np.arange(len(cut.inside))
    wanted = place[order]
    inside = np.flatnonzero(wanted >= 0)
    members = {name: chosen(one, wanted[inside]) for name, one in cut.members.items()}
    return ObjectCut(*_around(cut, order), inside, members)


def _around(cut: Cut, order: WholeNumbers) -> tuple[WholeNumbers, WholeNumbers, Truths, Truths]:
    return cut.start[order], cut.end[order], cut.null[order], cut.absent[order]


def spread(cut: Cut, at: WholeNumbers, there: WholeNumbers) -> Cut:
    """A cut of those ``there`` alone, as one of all; the others, at ``at``, are absent."""
    start, end = at.copy(), at.copy()
    start[there], end[there] = cut.start, cut.end
    null, absent = np.ones(len(at), np.bool_), np.ones(len(at), np.bool_)
    null[there], absent[there] = cut.null, cut.absent
    match cut:
        case ValueCut():
            return ValueCut(start, end, null, absent, cut.is_text)
        case ObjectCut():
            return ObjectCut(start, end, null, absent, there[cut.inside], cut.members)
    return ListCut(start, end, null, absent, there[cut.owner], cut.item)


def joined(cuts: list[Cut]) -> Cut:
    """One after the other; they are of one spelling."""
    first = cuts[0]
    start, end, null, absent = (
        np.concatenate([getattr(one, name) for one in cuts]) for name in ("start", "end", "null", "absent")
    )
    before = np.cumsum([0, *(len(one.start) for one in cuts)])
    match first:
        case ValueCut():
            return ValueCut(start, end, null, absent, first.is_text)
        case ObjectCut():
            objects = [one for one in cuts if isinstance(one, ObjectCut)]
            inside = np.concatenate([one.inside + more for one, more in zip(objects, before, strict=False)])
            members = {name: joined([one.members[name] for one in objects]) for name in first.members}
            return ObjectCut(start, end, null, absent, inside, members)
    lists = [one for one in cuts if isinstance(one, ListCut)]
    owner = np.concatenate([one.owner + more for one, more in zip(lists, before, strict=False)])
    items = [one.item for one in lists if one.item is not None]
    return ListCut(start, end, null, absent, owner, joined(items) if items else None)
