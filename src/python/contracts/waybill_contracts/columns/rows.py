"""Judged rows as a batch of the columns that a data object has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from waybill_contracts.columns.arrays import value_array
from waybill_contracts.columns.arrow_types import row_schema, value_schema
from waybill_contracts.columns.leaves import leaf_array
from waybill_contracts.document import (
    ContractDocument,
    DescribedValue,
    ListOf,
    Primitive,
    StructOf,
    ValueType,
)
from waybill_contracts.judging import JudgedRow

_BYTES, _TEXT = Primitive("binary"), Primitive("string")
_HEADERS = ListOf(
    DescribedValue(
        0,
        "element",
        StructOf(
            (
                DescribedValue(0, "name", _TEXT, required=True),
                DescribedValue(0, "value", _BYTES, required=False),
            )
        ),
        required=True,
    )
)

_BESIDE: dict[str, tuple[ValueType, Callable[[JudgedRow], Any]]] = {
    "kafka_timestamp": (Primitive("timestamptz"), lambda row: row.timestamp),
    "kafka_headers": (_HEADERS, lambda row: row.headers),
    "kafka_tombstone": (Primitive("boolean"), lambda row: row.is_tombstone),
    "_extra": (_TEXT, lambda row: row.extra),
}


class RowColumns:
    """From rows to batches of ``schema``."""

    def __init__(self, document: ContractDocument) -> None:
        self.schema = row_schema(document)
        self._document = document
        self._values = value_schema(document)

    def batch(self, partition: int, offsets: Sequence[int], rows: Sequence[JudgedRow]) -> pa.RecordBatch:
        """``offsets`` are the rows' own, in one partition. Raises ``TypeError`` for values that no judge returns,
        ``OverflowError`` where one column would have 2 GiB or more."""
        columns = self.value_arrays([row.values for row in rows])
        columns.append(pa.repeat(pa.scalar(partition, pa.int32()), len(rows)))
        columns.append(leaf_array(Primitive("long"), pa.int64(), offsets))
        columns += [self._beside(one, rows) for one in self.schema.names[len(columns) :]]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def value_arrays(self, values: Sequence[Sequence[Any]]) -> list[pa.Array[Any]]:
        """The contract's own columns, of rows' values in its order."""
        fields = self._document.root.fields
        parts = zip(*values, strict=True) if values else [()] * len(fields)
        return [
            value_array(one.type, self._values.field(at).type, part)
            for at, (one, part) in enumerate(zip(fields, parts, strict=True))
        ]

    def _beside(self, name: str, rows: Sequence[JudgedRow]) -> pa.Array[Any]:
        kind = self.schema.field(name).type
        if name == "kafka_key":
            return leaf_array(_BYTES if pa.types.is_binary(kind) else _TEXT, kind, [row.key for row in rows])
        of, value = _BESIDE[name]
        return value_array(of, kind, [value(row) for row in rows])
