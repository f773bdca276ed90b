"""Rows of a block of Avro read the fast way: all datums side by side, of one writer's schema."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from waybill_contracts.avro import AvroType, RecordType
from waybill_contracts.columns import value_schema
from waybill_contracts.document import ContractDocument
from waybill_contracts.fast.avro_columns import AvroColumns
from waybill_contracts.fast.avro_passing import NotFast
from waybill_contracts.fast.datum_lanes import DatumBytes, Lanes
from waybill_contracts.fast.fast_rows import LONGEST, RAISED, FastRows, parts_of_block
from waybill_contracts.fast.record_bytes import Truths, as_arrow, as_booleans
from waybill_contracts.judging import WANTED, beginning_of, by_schema


class AvroPaths:
    """One contract's and one schema's; see ``FastPaths``."""

    def __init__(self, document: ContractDocument, root: AvroType) -> None:
        self._schema = value_schema(document)
        self._frame = beginning_of(document.value.frame, is_old=False)
        self._columns = None
        if isinstance(root, RecordType) and not root.is_idle and _is_wanted(document, root):
            try:
                columns = AvroColumns(document.extra, document.ignore)
                self._columns = columns.of_record(root, document.root, self._schema.types)
            except NotFast:
                pass

    def read(self, values: pa.LargeBinaryArray) -> FastRows:
        taken = np.zeros(len(values), np.bool_)
        tables = [self._schema.empty_table()]
        if self._columns is not None:
            for begin, end in parts_of_block(values):
                try:
                    taken[begin:end], table = self._part(values.slice(begin, end - begin))
                except RAISED:
                    continue
                tables.append(table)
        rows = pa.concat_tables(tables)
        return FastRows(taken, rows, pa.chunked_array([pa.nulls(len(rows), pa.string())]))

    def _part(self, values: pa.LargeBinaryArray) -> tuple[Truths, pa.Table]:
        assert self._columns is not None  # noqa: S101  # else no part is read
        of = DatumBytes(values)
        length = of.end - of.start
        lanes = Lanes(of, of.start.copy(), of.end, ~as_booleans(values.is_valid()) | (length > LONGEST))
        self._unframe(lanes)
        columns = self._columns(lanes)
        good = ~lanes.bad & (lanes.at == lanes.end)
        table = pa.Table.from_arrays(columns, schema=self._schema)
        return good, table if good.all() else table.filter(as_arrow(good))

    def _unframe(self, lanes: Lanes) -> None:
        begin, length = self._frame
        if length:
            first = lanes.step(length)
            for at, unit in enumerate(begin):
                lanes.spoil(lanes.of.units[first + at] != unit)
            lanes.spoil(lanes.at == lanes.end)


def _is_wanted(document: ContractDocument, root: RecordType) -> bool:
    """What ``select`` asks of a schema is the same of all its datums; the judge says it of those that are unwanted."""
    choice = document.select
    return choice is None or choice.by != "schema" or by_schema(choice, root) == WANTED
