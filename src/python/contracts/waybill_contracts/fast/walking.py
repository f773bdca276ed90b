"""From each record's first byte to its last one along one spelling, a whole block at a time.

A record is fixed texts with values between them. Where each fixed text stands at its place, and the last one ends where
the record does, the record is these texts and values and nothing else; what the values hold is looked at afterwards
(``column_reading.py``). From the first place on where something else stands than has to, a record's places mean
nothing: it is not ``good``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waybill_contracts.fast.cuts import (
    Cut,
    ListCut,
    ObjectCut,
    ValueCut,
    chosen,
    chosen_objects,
    joined,
    nothing,
    spread,
)
from waybill_contracts.fast.record_bytes import LONGEST_BARE, NULL, QUOTE, RecordBytes, Truths, WholeNumbers
from waybill_contracts.fast.spelling import (
    ListSpelling,
    MemberSpelling,
    ObjectSpelling,
    Spelling,
    ValueSpelling,
)

_TEXT = ValueSpelling(is_text=True)

MOST_ITEMS = 256
"""Of one list; longer ones are left to the judge."""


@dataclass
class Standing:
    """How far each record is read, which quotation mark comes next, and whether all was as it has to be."""

    at: WholeNumbers
    mark: WholeNumbers
    good: Truths

    def of(self, some: WholeNumbers) -> Standing:
        return Standing(self.at[some], self.mark[some], np.ones(len(some), np.bool_))

    def put(self, some: WholeNumbers, other: Standing) -> None:
        self.at, self.mark = self.at.copy(), self.mark.copy()
        self.at[some], self.mark[some] = other.at, other.mark
        self.good[some] &= other.good


class Walk:
    def __init__(self, places: RecordBytes) -> None:
        self._places = places

    def records(self, spelling: ObjectSpelling) -> tuple[Truths, ObjectCut]:
        """Which are spelled so, values aside; and the cut of these."""
        places = self._places
        stand = Standing(places.start, places.first_marks(), np.ones(len(places.start), np.bool_))
        cut = self._object(spelling, stand)
        good = stand.good & (stand.at == places.end)
        if not good.all():
            cut = chosen_objects(cut, np.flatnonzero(good))
        return good, cut

    def _value(self, spelling: Spelling | None, stand: Standing, before_next: bytes | None = None) -> Cut:
        """``before_next`` is what stands between it and the next quotation mark, where that is known."""
        match spelling:
            case ValueSpelling(is_text=True):
                return self._text(stand)
            case ValueSpelling(is_text=False):
                return self._bare(stand, before_next)
            case ObjectSpelling() | ListSpelling():
                return self._nested(spelling, stand)
        self._pass(NULL, stand)
        return ValueCut(stand.at, stand.at, *_masks(stand, null=True), is_text=False)

    def _pass(self, text: bytes, stand: Standing) -> None:
        stand.good &= self._places.stands(text, stand.at)
        stand.at = stand.at + len(text)
        stand.mark = stand.mark + text.count(b'"')

    def _text(self, stand: Standing) -> ValueCut:
        """It ends at the next quotation mark: one that an escape begins leaves half an escape in the text."""
        is_text = self._places.mark(stand.mark) == stand.at
        end = self._places.mark(stand.mark + 1)
        _, absent = _masks(stand, null=False)
        if is_text.all():
            start, null = stand.at + 1, absent.copy()
            stand.at, stand.mark = end + 1, stand.mark + 2
        else:
            null = ~is_text & self._places.stands(NULL, stand.at)
            stand.good &= is_text | null
            start, after = stand.at + is_text, stand.at + len(NULL)
            end = np.where(is_text, end, start)
            stand.at = np.where(is_text, end + 1, after)
            stand.mark = stand.mark + 2 * is_text
        return ValueCut(start, end, null, absent, is_text=True)

    def _opened_text(self, opening: bytes, stand: Standing) -> ValueCut:
        """``opening`` is all that stands before the text itself, its quotation mark too. Or null stands there."""
        is_text = self._places.stands(opening, stand.at)
        null, absent = _masks(stand, null=False)
        at, mark = stand.at + len(opening), stand.mark + opening.count(QUOTE)
        start, end = at, self._places.mark(mark)
        stand.at, stand.mark = end + 1, mark + 1
        others = np.flatnonzero(~is_text)
        if len(others):
            nothing = at[others] - len(QUOTE)
            null[others] = self._places.stands(opening[: -len(QUOTE)] + NULL, at[others] - len(opening))
            start, end = start.copy(), end.copy()
            start[others] = end[others] = nothing
            stand.at[others], stand.mark[others] = nothing + len(NULL), mark[others] - 1
            stand.good &= is_text | null
        # It is before the text where a number had marks, which were not counted.
        stand.good &= start <= end
        return ValueCut(start, end, null, absent, is_text=True)

    def _bare(self, stand: Standing, before_next: bytes | None) -> ValueCut:
        start = stand.at
        if before_next is None:
            end = self._places.after_bare(start)
        else:
            end = np.maximum(start, self._places.mark(stand.mark) - len(before_next))
            stand.good &= end - start <= LONGEST_BARE
        stand.at = end
        null = (end - start == len(NULL)) & self._places.stands(NULL, start)
        return ValueCut(start, end, null, _masks(stand, null=False)[1], is_text=False)

    def _nested(self, spelling: ObjectSpelling | ListSpelling, stand: Standing) -> Cut:
        """An object or list, or null."""
        null = self._places.stands(NULL, stand.at)
        read = self._object if isinstance(spelling, ObjectSpelling) else self._list
        if not null.any():
            return read(spelling, stand)  # type: ignore[arg-type]  # each is given its own
        at, some = stand.at, np.flatnonzero(~null)
        inner = stand.of(some)
        found = read(spelling, inner)  # type: ignore[arg-type]
        stand.at, stand.mark = stand.at + len(NULL), stand.mark
        stand.put(some, inner)
        cut = spread(found, at, some)
        cut.absent[:] = False
        return cut

    def _object(self, spelling: ObjectSpelling, stand: Standing) -> ObjectCut:
        begin = stand.at
        null, absent = _masks(stand, null=False)
        members: dict[str, Cut] = {}
        steps = _MemberSteps(spelling)
        for index, member in enumerate(spelling.members):
            is_followed = any(one.is_always_there for one in spelling.members[index + 1 :])
            steps.before_next = steps.between if is_followed else None
            members[member.name] = self._member(member, steps, stand)
        self._close(steps, stand)
        return ObjectCut(begin, stand.at, null, absent, np.arange(len(begin)), members)

    def _member(self, member: MemberSpelling, steps: _MemberSteps, stand: Standing) -> Cut:
        """``steps.begun`` is where a member was passed already; ``True`` for everywhere, ``False`` for nowhere."""
        if member.is_always_there and member.value == _TEXT and isinstance(steps.begun, bool):
            opening = (steps.between if steps.begun else steps.open) + member.text + QUOTE
            steps.begun = True
            return self._opened_text(opening, stand)
        there, length = self._before(member, steps, stand)
        if member.is_always_there:
            stand.good &= there
        elif not there.all():
            steps.begun = steps.begun | there
            return self._optional(member, there, length, stand, steps.before_next)
        steps.begun = True
        stand.at = stand.at + length
        stand.mark = stand.mark + member.text.count(b'"')
        return self._value(member.value, stand, steps.before_next)

    def _before(
        self, member: MemberSpelling, steps: _MemberSteps, stand: Standing
    ) -> tuple[Truths, WholeNumbers | int]:
        """Where the member's name stands with what stands before it, and how long that is."""
        begins, follows = steps.open + member.text, steps.between + member.text
        if steps.begun is False:
            return self._places.stands(begins, stand.at), len(begins)
        if steps.begun is True:
            return self._places.stands(follows, stand.at), len(follows)
        there = np.where(
            steps.begun, self._places.stands(follows, stand.at), self._places.stands(begins, stand.at)
        )
        return there, np.where(steps.begun, len(follows), len(begins))

    def _optional(
        self,
        member: MemberSpelling,
        there: Truths,
        length: WholeNumbers | int,
        stand: Standing,
        before_next: bytes | None,
    ) -> Cut:
        at, marks = stand.at, member.text.count(b'"')
        some = np.flatnonzero(there)
        if isinstance(member.value, ValueSpelling) and 2 * len(some) > len(at):
            inner = Standing(at + length, stand.mark + marks, np.ones(len(at), np.bool_))
            cut = self._value(member.value, inner, before_next)
            stand.at, stand.mark = np.where(there, inner.at, at), np.where(there, inner.mark, stand.mark)
            stand.good &= inner.good | ~there
            cut.start, cut.end = np.where(there, cut.start, at), np.where(there, cut.end, at)
            cut.null, cut.absent = cut.null | ~there, ~there
            return cut
        if not len(some):
            return (
                nothing(at) if isinstance(member.value, ValueSpelling | None) else self._none_of(member, at)
            )
        inner = stand.of(some)
        inner.at = inner.at + (length if isinstance(length, int) else length[some])
        inner.mark = inner.mark + marks
        cut = self._value(member.value, inner, before_next)
        stand.put(some, inner)
        return spread(cut, at, some)

    def _none_of(self, member: MemberSpelling, at: WholeNumbers) -> Cut:
        empty = Standing(at[:0], at[:0], np.ones(0, np.bool_))
        return spread(self._value(member.value, empty), at, np.arange(0))

    def _close(self, steps: _MemberSteps, stand: Standing) -> None:
        if steps.begun is True:
            self._pass(steps.close, stand)
            return
        empty = self._places.stands(b"{}", stand.at) & ~np.asarray(steps.begun)
        closed = self._places.stands(steps.close, stand.at) & steps.begun
        stand.good &= empty | closed
        stand.at = stand.at + np.where(empty, 2, len(steps.close))

    def _list(self, spelling: ListSpelling, stand: Standing) -> ListCut:
        begin, places = stand.at, self._places
        null, absent = _masks(stand, null=False)
        empty = places.stands(b"[]", begin)
        if spelling.open is None or spelling.close is None:
            stand.good &= empty
            stand.at = begin + 2
            return ListCut(begin, stand.at, null, absent, np.arange(0), None)
        active = np.flatnonzero(~empty)
        stand.at, stand.mark = begin + 2, stand.mark.copy()
        inner = stand.of(active)
        inner.at = begin[active]
        self._pass(spelling.open, inner)
        stand.good[active] &= inner.good
        active, inner = active[inner.good], inner.of(np.flatnonzero(inner.good))
        owners: list[WholeNumbers] = []
        cuts: list[Cut] = []
        while len(active) and len(cuts) < MOST_ITEMS:
            cuts.append(self._value(spelling.item, inner))
            owners.append(active)
            more = inner.good & self._stands_maybe(spelling.between, inner.at)
            ends = inner.good & ~more & places.stands(spelling.close, inner.at)
            stand.good[active] &= more | ends
            done = active[ends]
            stand.at[done], stand.mark[done] = inner.at[ends] + len(spelling.close), inner.mark[ends]
            active, inner = active[more], inner.of(np.flatnonzero(more))
            inner.at = inner.at + len(spelling.between or b"")
        stand.good[active] = False
        if not cuts:
            return ListCut(begin, stand.at, null, absent, np.arange(0), None)
        owner = np.concatenate(owners)
        order = np.argsort(owner, kind="stable")
        return ListCut(begin, stand.at, null, absent, owner[order], chosen(joined(cuts), order))

    def _stands_maybe(self, text: bytes | None, at: WholeNumbers) -> Truths:
        return np.zeros(len(at), np.bool_) if text is None else self._places.stands(text, at)


class _MemberSteps:
    """How far an object's members were passed, and what stands between them; ``before_next`` where one follows for
    sure, up to its quotation mark."""

    def __init__(self, spelling: ObjectSpelling) -> None:
        self.open, self.close = spelling.open or b"{", spelling.close or b"}"
        self.between = spelling.between or b","
        self.before_next: bytes | None = None
        self.begun: Truths | bool = False


def _masks(stand: Standing, *, null: bool) -> tuple[Truths, Truths]:
    count = len(stand.at)
    return np.full(count, null), np.zeros(count, np.bool_)
