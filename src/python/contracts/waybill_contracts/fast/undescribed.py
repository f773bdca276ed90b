"""Members that no field describes: looked at, and kept in ``_extra`` where the contract says so."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waybill_contracts.document import escaped, quoted
from waybill_contracts.fast.column_reading import are_json, own_texts
from waybill_contracts.fast.cuts import Cut, ListCut, ObjectCut
from waybill_contracts.fast.plan import ListPlan, ObjectPlan, Plan
from waybill_contracts.fast.record_bytes import RecordBytes, Truths, WholeNumbers, as_arrow, as_booleans
from waybill_contracts.types import EXTRA_BASE


class Undescribed:
    """Of the records in ``cut``: which of them have nothing that makes them no row, and their ``_extra``."""

    def __init__(self, plan: ObjectPlan, cut: ObjectCut, block: RecordBytes) -> None:
        self._block = block
        self._kept: list[pa.StringArray] = []
        self._count = len(cut.start)
        self.sound = self._look(plan, cut, np.arange(self._count))
        self.extra = self._joined()
        # Up to this length none is too long, however short its value is; of longer ones the judge decides.
        is_short = pc.less_equal(pc.utf8_length(self.extra), EXTRA_BASE)
        self.sound &= as_booleans(pc.fill_null(is_short, fill_value=True))

    def _joined(self) -> pa.StringArray:
        if not self._kept:
            return pa.nulls(self._count, pa.string())
        inside = pc.binary_join_element_wise(*self._kept, "")
        whole = pc.binary_join_element_wise("{", pc.utf8_slice_codeunits(inside, 1), "}", "")
        return pc.if_else(pc.equal(inside, ""), None, whole)

    def _look(self, plan: Plan, cut: Cut, records: WholeNumbers) -> Truths:
        """``records`` says of each value whose it is, where it lies in no list."""
        sound = np.ones(len(cut.start), np.bool_)
        if isinstance(plan, ObjectPlan) and isinstance(cut, ObjectCut):
            inner = records[cut.inside] if len(records) else records
            for name, one in cut.members.items():
                sound[cut.inside] &= self._member(plan, name, one, inner)
        elif isinstance(plan, ListPlan) and isinstance(cut, ListCut) and cut.item is not None:
            sound[cut.owner[~self._look(plan.item, cut.item, records[:0])]] = False
        return sound

    def _member(self, plan: ObjectPlan, name: str, cut: Cut, records: WholeNumbers) -> Truths:
        if name in plan.members:
            return self._look(plan.members[name], cut, records)
        fate = plan.others.fate(name)
        if fate == "dead" or (fate == "keep" and plan.others.at is None):
            return cut.absent
        if fate == "keep":
            self._keep((*(plan.others.at or ()), name), cut, records)
        return are_json(cut, self._block)

    def _keep(self, place: tuple[str, ...], cut: Cut, records: WholeNumbers) -> None:
        pointer = quoted("".join(f"/{escaped(token)}" for token in place))
        texts = pc.fill_null(own_texts(cut, self._block), "null")
        piece = pc.binary_join_element_wise(f",{pointer}:", texts, "")
        piece = pc.if_else(as_arrow(cut.absent), "", piece)
        if len(records) != self._count:
            at, there = np.zeros(self._count, np.int64), np.zeros(self._count, np.bool_)
            at[records], there[records] = np.arange(len(records)), True
            piece = pc.fill_null(piece.take(pc.if_else(as_arrow(there), as_arrow(at), None)), "")
        self._kept.append(piece)
