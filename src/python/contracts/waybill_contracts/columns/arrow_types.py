"""The Arrow schema of a contract's rows.

``int`` is stored as int64 and ``float`` as double, so that widening a column differs in no file; times of a day, UUIDs
and JSON are text, which every reader has. Fields carry no ids: readers would take them for their own.
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
)

CONTRACT_KEY = b"waybill.contract"
"""In a file's footer, the contract's fingerprint."""

PARQUET = {"version": "2.6", "store_decimal_as_integer": True}
"""What a writer of Parquet has to be told: decimals are INT32 and INT64 up to 9 and 18 digits."""

INSTANT = pa.timestamp("us", tz="UTC")

_COORDINATES = (
    pa.field("kafka_partition", pa.int32(), nullable=False),
    pa.field("kafka_offset", pa.int64(), nullable=False),
    pa.field("kafka_timestamp", INSTANT),
)
_HEADER = pa.struct([pa.field("name", pa.string(), nullable=False), pa.field("value", pa.binary())])

_SCALARS = {
    "boolean": pa.bool_(),
    "int": pa.int64(),
    "long": pa.int64(),
    "float": pa.float64(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": INSTANT,
    "string": pa.string(),
    "binary": pa.binary(),
}


def row_schema(document: ContractDocument) -> pa.Schema:
    """A data object's columns: the contract's, the record's coordinates, then what else the document asks for."""
    beside = []
    if document.key is not None:
        beside.append(pa.field("kafka_key", pa.binary() if document.key.format == "binary" else pa.string()))
    if document.headers:
        headers = pa.list_(pa.field("element", _HEADER, nullable=False))
        beside.append(
            pa.field("kafka_headers", headers)
        )  # a later version may ask for them: older files have none
    if document.tombstones == "row":
        beside.append(pa.field("kafka_tombstone", pa.bool_(), nullable=False))
    if document.extra == "keep":
        beside.append(pa.field("_extra", pa.string()))
    return pa.schema(
        [*value_schema(document), *_COORDINATES, *beside],
        metadata={CONTRACT_KEY: f"sha256:{document.sha256}".encode()},
    )


def value_schema(document: ContractDocument) -> pa.Schema:
    """The contract's own columns. A tombstone's row has none of them, so where there are such all are optional."""
    has_tombstones = document.tombstones == "row"
    return pa.schema([_field(one, is_optional=has_tombstones) for one in document.root.fields])


def arrow_type(of: ValueType) -> pa.DataType:
    match of:
        case StructOf(fields):
            return pa.struct([_field(one) for one in fields])
        case ListOf(item):
            return pa.list_(_field(item))
        case MapOf(value=value):
            return pa.map_(pa.string(), _field(value))
    return _scalar(of)


def _field(of: DescribedValue, *, is_optional: bool = False) -> pa.Field[Any]:
    return pa.field(of.name, arrow_type(of.type), nullable=is_optional or not of.required)


def _scalar(of: Primitive) -> pa.DataType:
    if of.kind == "decimal":
        return pa.decimal128(of.precision, of.scale)
    return _SCALARS[of.kind]
