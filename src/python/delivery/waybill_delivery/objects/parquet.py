"""A table as the bytes of a Parquet file: how each column is encoded depends on the table alone."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from waybill_common.ledger import Layout

_LOOKED_AT = 10_000
_FEW = 0.5
"""Share of distinct values up to which a dictionary pays. Beyond it, to try one costs more than all else."""


def encode(table: pa.Table, layout: Layout) -> bytes:
    """Parquet. Depends on the rows, the layout and pyarrow's release, never on how the rows were fetched.

    Measured with 120,000 rows of ``names``: dictionaries for all columns, pyarrow's default, cost twice the CPU and 1.6
    times the bytes.
    """
    sink = io.BytesIO()
    few = [field.name for field in table.schema if _has_few_values(table[field.name])]
    deltas = [
        field.name
        for field in table.schema
        if field.name not in few and (pa.types.is_integer(field.type) or pa.types.is_timestamp(field.type))
    ]
    pq.write_table(
        table,
        sink,
        row_group_size=layout.row_group_rows,
        compression=layout.compression,
        version="2.6",
        use_dictionary=few,
        column_encoding=dict.fromkeys(deltas, "DELTA_BINARY_PACKED"),
    )
    return sink.getvalue()


def _has_few_values(column: pa.ChunkedArray) -> bool:
    """Told from the first rows."""
    if pa.types.is_nested(column.type):
        return False
    looked_at = column.slice(0, _LOOKED_AT)
    return bool(pc.count_distinct(looked_at, mode="all").as_py() <= _FEW * len(looked_at))
