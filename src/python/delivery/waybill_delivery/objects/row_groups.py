"""Parquet, written row group by row group: rows may come in pieces of any length, the bytes are the same.

A row group has at most as many rows as the layout says, and at most ``_BYTES`` of texts or one row: it has to be in
memory as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from waybill_common.ledger import Layout
from waybill_contracts.columns import PARQUET

_BYTES = 2**25
_PAGE_BYTES, _PAGE_ROWS = 2**20, 1024
_LOOKED_AT, _LOOKED_AT_BYTES = 4_000, 2**22
_FEW = 0.5
"""Share of distinct values up to which a dictionary pays. Beyond it, to try one costs more than all else."""
_FEW_SO_FAR = 0.74
"""The same among the first ones of more: of so many that come at random half of 10,000 are distinct."""


class RowGroupWriter:
    """Writes ``sink``, which the caller closes. How columns are encoded follows from the first row group."""

    def __init__(self, sink: IO[bytes], schema: pa.Schema, layout: Layout) -> None:
        self._sink, self._schema, self._layout = sink, schema, layout
        self._waiting: list[pa.Table] = []
        self._rows, self._bytes = 0, 0
        self._writer: pq.ParquetWriter | None = None

    def add(self, rows: pa.Table) -> None:
        self._waiting.append(rows)
        self._rows += len(rows)
        self._bytes += rows.nbytes
        if self._rows >= self._layout.row_group_rows or self._bytes > _BYTES:
            self._write(pa.concat_tables(self._waiting), is_last=False)

    def close(self) -> None:
        """What waits becomes the last row group."""
        self._write(pa.concat_tables([self._schema.empty_table(), *self._waiting]), is_last=True)
        if self._writer is not None:
            self._writer.close()

    def _write(self, rows: pa.Table, *, is_last: bool) -> None:
        while len(rows):
            count = _first_group(rows, self._layout.row_group_rows)
            if count == len(rows) < self._layout.row_group_rows and not is_last:
                break
            group, rows = rows.slice(0, count).combine_chunks(), rows.slice(count)
            self._waiting.clear()
            if self._writer is None:
                self._writer = pq.ParquetWriter(self._sink, self._schema, **_encoding(group, self._layout))
            self._writer.write_table(group, row_group_size=count)
        self._waiting = [rows] if len(rows) else []
        self._rows, self._bytes = len(rows), rows.nbytes


def _first_group(rows: pa.Table, most: int) -> int:
    """Rows of the first row group, if no others follow: as many as are allowed, and at least one."""
    rows = rows.slice(0, most)
    if rows.nbytes <= _BYTES:
        return len(rows)
    ends = pc.cumulative_sum(_text_bytes(rows))
    return max(1, pc.sum(pc.less_equal(ends, _BYTES)).as_py() or 0)


def _text_bytes(rows: pa.Table) -> pa.Array:
    """Bytes of each row's texts, and of what it has in lists and maps. Other columns take few, and the same in each
    row."""
    sizes = pa.repeat(pa.scalar(0, pa.int64()), len(rows))
    for column in rows.columns:
        found = _lengths(column)
        sizes = sizes if found is None else pc.add(sizes, found)
    return sizes


def _lengths(column: pa.ChunkedArray) -> pa.Array | None:
    """A column's texts together may be more than one array holds."""
    found = [_lengths_in(chunk) for chunk in column.chunks]
    known = [one for one in found if one is not None]
    return pa.concat_arrays(known) if known else None


def _lengths_in(column: pa.Array, *, is_inside: bool = False) -> pa.Array | None:
    """``is_inside``: of a list or map, where a row may have any number of values."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        return pc.fill_null(pc.binary_length(column), 0).cast(pa.int64())
    if pa.types.is_struct(kind):
        parts = [_lengths_in(part, is_inside=is_inside) for part in column.flatten()]
        return reduce(pc.add, known) if (known := [part for part in parts if part is not None]) else None
    if pa.types.is_map(kind):
        inside = [_lengths_in(part, is_inside=True) for part in (column.keys, column.items)]
        return _in_places(column.offsets, reduce(pc.add, [part for part in inside if part is not None]))
    if pa.types.is_list(kind):
        of_items = _lengths_in(column.values, is_inside=True)
        return None if of_items is None else _in_places(column.offsets, of_items)
    return pa.repeat(pa.scalar(kind.bit_width // 8, pa.int64()), len(column)) if is_inside else None


def _in_places(offsets: pa.Array, lengths: pa.Array) -> pa.Array:
    """Sums of ``lengths`` from each offset to the next."""
    ends = pa.concat_arrays([pa.array([0], pa.int64()), pc.cumulative_sum(lengths)])
    return pc.subtract(ends.take(offsets.slice(1)), ends.take(offsets.slice(0, len(offsets) - 1)))


def _encoding(first: pa.Table, layout: Layout) -> Mapping[str, Any]:
    """Measured with 120,000 rows of ``names``: dictionaries for all columns, pyarrow's default, cost twice the CPU and
    1.6 times the bytes.
    """
    few = [field.name for field in first.schema if _has_few_values(first[field.name])]
    deltas = [
        field.name
        for field in first.schema
        if field.name not in few and (pa.types.is_integer(field.type) or pa.types.is_timestamp(field.type))
    ]
    return {
        "compression": layout.compression,
        **PARQUET,
        "use_dictionary": few,
        "column_encoding": dict.fromkeys(deltas, "DELTA_BINARY_PACKED"),
        "write_batch_size": _batch(first),
    }


def _batch(first: pa.Table) -> int:
    """Rows after which a page may end. With pyarrow's own number a page of large rows would be the whole row group."""
    if first.nbytes <= len(first) * _PAGE_BYTES // _PAGE_ROWS:
        return _PAGE_ROWS
    texts = pc.sum(_text_bytes(first)).as_py() or 1
    return max(1, min(_PAGE_ROWS, len(first) * _PAGE_BYTES // texts))


def _has_few_values(column: pa.ChunkedArray) -> bool:
    """Told from the first rows: as many as are told, and hold few bytes, since the count copies each value."""
    if pa.types.is_nested(column.type):
        return False
    looked_at = column.slice(0, _LOOKED_AT)
    if looked_at.nbytes > _LOOKED_AT_BYTES:
        ends = pc.cumulative_sum(_lengths(looked_at))
        looked_at = looked_at.slice(0, max(1, pc.sum(pc.less_equal(ends, _LOOKED_AT_BYTES)).as_py() or 0))
    if len(looked_at) == 1:
        return False
    few = _FEW_SO_FAR if len(looked_at) == _LOOKED_AT else _FEW
    return bool(pc.count_distinct(looked_at, mode="all").as_py() <= few * len(looked_at))
