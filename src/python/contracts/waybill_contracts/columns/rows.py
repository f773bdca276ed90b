"""Judged rows as a batch of the columns that a data object has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from waybill_contracts.columns.arrays import value_array
from waybill_contracts.columns.arrow_types import row_schema, value_schema
from waybill_contracts.document import ContractDocument, stored_columns, stored_values
from waybill_contracts.judging import JudgedRow

_BESIDE: dict[str, Callable[[JudgedRow], Any]] = {
    "kafka_timestamp": lambda row: row.timestamp,
    "kafka_key": lambda row: row.key,
    "kafka_headers": lambda row: row.headers,
    "kafka_tombstone": lambda row: row.is_tombstone,
    "_extra": lambda row: row.extra,
}


class RowColumns:
    """From rows to batches of ``schema``. ``beside`` are those of its columns that the contract does not describe, nor
    coordinates."""

    def __init__(self, document: ContractDocument) -> None:
        self.schema = row_schema(document)
        self._columns = stored_columns(document)
        self._values = stored_values(document)
        self._value_types = value_schema(document).types
        self.beside = tuple(one.name for one in self._columns if one.name in _BESIDE)

    def batch(self, partition: int, offsets: Sequence[int], rows: Sequence[JudgedRow]) -> pa.RecordBatch:
        """``offsets`` are the rows' own, in one partition. Raises ``TypeError`` for values that no judge returns,
        ``OverflowError`` where one column would have 2 GiB or more."""
        arrays = self.value_arrays([row.values for row in rows])
        given = {"kafka_partition": [partition] * len(rows), "kafka_offset": offsets}
        for at in range(len(arrays), len(self._columns)):
            column = self._columns[at]
            values = given.get(column.name)
            if values is None:
                values = [_BESIDE[column.name](row) for row in rows]
            arrays.append(value_array(column.type, self.schema.field(at).type, values))
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def value_arrays(self, values: Sequence[Sequence[Any]]) -> list[pa.Array[Any]]:
        """The contract's own columns, of rows' values in its order."""
        parts = zip(*values, strict=True) if values else [()] * len(self._values)
        return [
            value_array(one.type, kind, part)
            for one, kind, part in zip(self._values, self._value_types, parts, strict=True)
        ]

    def beside_of(self, name: str, rows: Sequence[JudgedRow]) -> pa.Array[Any]:
        """One of the columns ``beside``."""
        at = self.schema.get_field_index(name)
        return value_array(
            self._columns[at].type, self.schema.field(at).type, [_BESIDE[name](row) for row in rows]
        )

    def table(self, values: pa.Table, others: Mapping[str, pa.Array[Any]]) -> pa.Table:
        """Of rows whose own columns are there already; ``others`` has all that stand after them."""
        names = self.schema.names[len(self._values) :]
        return pa.Table.from_arrays([*values.columns, *(others[name] for name in names)], schema=self.schema)
