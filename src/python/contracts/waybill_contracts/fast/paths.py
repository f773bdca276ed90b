"""Rows of a block read the fast way: "row, with these values" of a record, or nothing is said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waybill_contracts.document import ContractDocument
from waybill_contracts.fast.column_reading import ColumnReader, raw_values
from waybill_contracts.fast.cuts import ObjectCut, ValueCut, chosen_objects
from waybill_contracts.fast.fast_rows import LONGEST, RAISED, FastRows, parts_of_block
from waybill_contracts.fast.frames_off import without_frames
from waybill_contracts.fast.learning import learned
from waybill_contracts.fast.plan import plan_of
from waybill_contracts.fast.record_bytes import RecordBytes, Truths, WholeNumbers, as_arrow, as_booleans
from waybill_contracts.fast.spelling import ObjectSpelling
from waybill_contracts.fast.texts import texts_of
from waybill_contracts.fast.undescribed import Undescribed
from waybill_contracts.fast.walking import Walk
from waybill_contracts.judging import JudgedRow, KafkaInput, RecordJudge, beginning_of, unframe_of

_SAMPLE = 64
"""Records that a spelling is learned of."""

_TIMES = 2
"""Spellings learned from one block, at most."""

_KEPT = 4
"""Spellings that are remembered, the latest of use first."""

_WORTH = 0.05
"""Share of a block's records that are left, up to which no other spelling is looked for."""


@dataclass(frozen=True)
class _Read:
    """``at``: which of the values these rows are."""

    at: WholeNumbers
    rows: pa.Table
    extra: pa.ChunkedArray


class FastPaths:
    """One contract's. Spellings are learned of records that the judge has called rows; which ones are, never says more
    than which records are taken."""

    def __init__(self, document: ContractDocument) -> None:
        self._document = document
        self._plan = plan_of(document)
        self._reader = ColumnReader(document)
        self._is_old = document.legacy is not None
        self._unframe = unframe_of(document.value.frame, is_old=self._is_old)
        self._judge = _judge_of_values(document)
        self._spellings: list[ObjectSpelling] = []

    def read(self, values: pa.LargeBinaryArray) -> FastRows:
        """``values`` as Kafka has them, in their frames."""
        found: list[_Read] = []
        if self._plan is not None:
            for begin, end in parts_of_block(values):
                part = values.slice(begin, end - begin)
                found += [_Read(one.at + begin, one.rows, one.extra) for one in self._block(part)]
        return self._together(found, len(values))

    def _block(self, values: pa.LargeBinaryArray) -> list[_Read]:
        left = self._readable(values)
        found: list[_Read] = []
        for known in [*self._spellings]:
            left = self._by(known, values, left, found)
        for _ in range(_TIMES):
            if len(left) <= _WORTH * len(values):
                break
            spelling = self._learn(values, left)
            if spelling is None or spelling in self._spellings:
                break
            before = len(left)
            left = self._by(spelling, values, left, found)
            if len(left) < before:
                self._spellings = [spelling, *self._spellings[: _KEPT - 1]]
        return found

    def _readable(self, values: pa.LargeBinaryArray) -> WholeNumbers:
        lengths = pc.fill_null(pc.binary_length(values), 0)
        return np.flatnonzero(as_booleans(pc.and_(pc.greater(lengths, 0), pc.less_equal(lengths, LONGEST))))

    def _learn(self, values: pa.LargeBinaryArray, left: WholeNumbers) -> ObjectSpelling | None:
        """Of the first records that are rows."""
        rows = []
        for value in values.take(as_arrow(left[:_SAMPLE])).to_pylist():
            inner = self._unframe(value) if self._unframe else value
            if inner is not None and isinstance(self._judge.judge(KafkaInput(value)), JudgedRow):
                rows.append(inner)
        assert self._plan is not None  # noqa: S101  # else no block is read
        return learned(self._plan, rows)

    def _by(
        self, spelling: ObjectSpelling, values: pa.LargeBinaryArray, left: WholeNumbers, found: list[_Read]
    ) -> WholeNumbers:
        """What is left of ``left``; the others are ``found``."""
        if not len(left):
            return left
        try:
            read = self._read(spelling, values if len(left) == len(values) else values.take(as_arrow(left)))
        except RAISED:
            return left
        found.append(_Read(left[read.at], read.rows, read.extra))
        rest = np.ones(len(left), np.bool_)
        rest[read.at] = False
        return left[rest]

    def _read(self, spelling: ObjectSpelling, values: pa.LargeBinaryArray) -> _Read:
        assert self._plan is not None  # noqa: S101  # else no block is read
        inner, framed = self._unframed(values)
        block = RecordBytes(inner)
        good, cut = Walk(block).records(spelling)
        if not framed.all():
            cut = chosen_objects(cut, np.flatnonzero(framed[good]))
            good = good & framed
        rows, kept = self._reader.rows(cut, block)
        undescribed = Undescribed(self._plan, cut, block)
        extra = undescribed.extra
        kept = kept & undescribed.sound & self._asked(cut, block)
        at = np.flatnonzero(good)
        if not kept.all():
            rows, extra, at = rows.filter(as_arrow(kept)), extra.filter(as_arrow(kept)), at[kept]
        return _Read(at, rows, pa.chunked_array([extra]))

    def _unframed(self, values: pa.LargeBinaryArray) -> tuple[pa.BinaryArray | pa.LargeBinaryArray, Truths]:
        """What is in the frames, and whose frame is none that is bad."""
        begin, length = beginning_of(self._document.value.frame, is_old=self._is_old)
        if not length:
            return values, np.ones(len(values), np.bool_)
        inner, framed = without_frames(values, begin, length)
        return inner, np.ones(len(values), np.bool_) if self._is_old else framed

    def _asked(self, cut: ObjectCut, block: RecordBytes) -> Truths:
        """Whose member is one that ``select`` asks for."""
        choice = self._document.select
        if choice is None or choice.by != "field":
            return np.ones(len(cut.start), np.bool_)
        member = cut.members.get(choice.name)
        if not isinstance(member, ValueCut) or not member.is_text:
            return np.zeros(len(cut.start), np.bool_)
        texts = texts_of(raw_values(member, block), are_plain=block.are_plain)
        return as_booleans(pc.is_in(texts, pa.array(sorted(choice.texts), pa.string())))

    def _together(self, found: list[_Read], count: int) -> FastRows:
        taken = np.zeros(count, np.bool_)
        if not found:
            return FastRows(taken, self._reader.schema.empty_table(), pa.chunked_array([], pa.string()))
        at = np.concatenate([one.at for one in found])
        taken[at] = True
        rows = pa.concat_tables([one.rows for one in found])
        extra = pa.chunked_array([chunk for one in found for chunk in one.extra.chunks], pa.string())
        if (np.diff(at) < 0).any():
            order = as_arrow(np.argsort(at))
            rows, extra = rows.take(order), extra.take(order)
        return FastRows(taken, rows, extra)


def _judge_of_values(document: ContractDocument) -> RecordJudge:
    """What stands around a value says nothing of how it is spelled."""
    choice = document.select if document.select is not None and document.select.by == "field" else None
    return RecordJudge(replace(document, key=None, headers=False, select=choice))
