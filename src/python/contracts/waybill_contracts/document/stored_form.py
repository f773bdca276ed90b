"""The columns in which a contract's rows are stored: what Arrow, Parquet and every reader's schema are made from.

An ``int`` of the contract is stored as ``long`` and a ``float`` as ``double``, so that widening a column differs in no
file. What stands beside the contract's columns has ids that the contract leaves free.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from waybill_contracts.document.described import (
    ContractDocument,
    DescribedValue,
    ListOf,
    MapOf,
    Primitive,
    StructOf,
    ValueType,
)
from waybill_contracts.document.schema_types import MOST_ID

_WIDER = {"int": Primitive("long"), "float": Primitive("double")}
_TEXT = Primitive("string")


def stored_columns(document: ContractDocument) -> tuple[DescribedValue, ...]:
    """The contract's columns, the record's coordinates, then what else the document asks for."""
    free = _free_ids(document)

    def column(name: str, kind: ValueType, *, required: bool = False) -> DescribedValue:
        return DescribedValue(next(free), name, kind, required)

    found = [*stored_values(document)]
    found.append(column("kafka_partition", Primitive("int"), required=True))
    found.append(column("kafka_offset", Primitive("long"), required=True))
    found.append(column("kafka_timestamp", Primitive("timestamptz")))
    if document.key is not None:
        found.append(column("kafka_key", Primitive("binary") if document.key.format == "binary" else _TEXT))
    if document.headers:  # optional: the files of an earlier version may have none
        header = StructOf((column("name", _TEXT, required=True), column("value", Primitive("binary"))))
        found.append(column("kafka_headers", ListOf(column("element", header, required=True))))
    if document.tombstones == "row":
        found.append(column("kafka_tombstone", Primitive("boolean"), required=True))
    if document.extra == "keep":
        found.append(column("_extra", _TEXT))
    return tuple(found)


def stored_values(document: ContractDocument) -> tuple[DescribedValue, ...]:
    """The contract's own columns. The row of a tombstone has none of them, so where there are such all are optional."""
    found = (replace(one, type=_stored(one.type)) for one in document.root.fields)
    return tuple(replace(one, required=False) if document.tombstones == "row" else one for one in found)


def _stored(of: ValueType) -> ValueType:
    match of:
        case StructOf(fields):
            return StructOf(tuple(replace(one, type=_stored(one.type)) for one in fields))
        case ListOf(item):
            return ListOf(replace(item, type=_stored(item.type)))
        case MapOf(key_id, value):
            return MapOf(key_id, replace(value, type=_stored(value.type)))
    return _WIDER.get(of.kind, of)


def _free_ids(document: ContractDocument) -> Iterator[int]:
    taken = set(_ids(document.root))
    return (one for one in range(MOST_ID, 0, -1) if one not in taken)


def _ids(of: ValueType) -> Iterator[int]:
    match of:
        case StructOf(fields):
            parts = fields
        case ListOf(item):
            parts = (item,)
        case MapOf(key_id, value):
            yield key_id
            parts = (value,)
        case _:
            return
    for one in parts:
        yield one.id
        yield from _ids(one.type)
