"""A table as the bytes of a Parquet file: how each column is encoded depends on the table alone."""

from __future__ import annotations

import io

import pyarrow as pa

from waybill_common.ledger import Layout
from waybill_delivery.objects.row_groups import RowGroupWriter


def encode(table: pa.Table, layout: Layout) -> bytes:
    """Parquet. Depends on the rows, the layout and pyarrow's release, never on how the rows were fetched."""
    sink = io.BytesIO()
    writer = RowGroupWriter(sink, table.schema, layout)
    writer.add(table)
    writer.close()
    return sink.getvalue()
