"""The Arrow schema of a contract's rows.

Times of a day, UUIDs and JSON are text, which every reader has. Fields carry no ids: readers would take them for their
own.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from waybill_contracts.document import (
    ContractDocument,
    DescribedValue,
    ListOf,
    MapOf,
    Primitive,
    StructOf,
    ValueType,
    stored_columns,
    stored_values,
)

CONTRACT_KEY = b"waybill.contract"
"""In a file's footer, the contract's fingerprint."""

PARQUET = {"version": "2.6", "store_decimal_as_integer": True}
"""What a writer of Parquet has to be told: decimals are INT32 and INT64 up to 9 and 18 digits."""

_SCALARS = {
    "boolean": pa.bool_(),
    "int": pa.int32(),
    "long": pa.int64(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
    "string": pa.string(),
    "binary": pa.binary(),
}


def row_schema(document: ContractDocument) -> pa.Schema:
    """A data object's columns: the contract's, the record's coordinates, then what else the document asks for."""
    metadata = {CONTRACT_KEY: f"sha256:{document.sha256}".encode()}
    return pa.schema([_field(one) for one in stored_columns(document)], metadata=metadata)


def value_schema(document: ContractDocument) -> pa.Schema:
    """The contract's own columns."""
    return pa.schema([_field(one) for one in stored_values(document)])


def _field(of: DescribedValue) -> pa.Field[Any]:
    return pa.field(of.name, _type(of.type), nullable=not of.required)


def _type(of: ValueType) -> pa.DataType:
    match of:
        case StructOf(fields):
            return pa.struct([_field(one) for one in fields])
        case ListOf(item):
            return pa.list_(_field(item))
        case MapOf(value=value):
            return pa.map_(pa.string(), _field(value))
    return _scalar(of)


def _scalar(of: Primitive) -> pa.DataType:
    if of.kind == "decimal":
        return pa.decimal128(of.precision, of.scale)
    return _SCALARS[of.kind]
