"""Iceberg's schema of the stored columns: for a table to which the files are added as they lie.

The contract's fields keep their ids; a table that assigns its own takes the files by their columns' names.
"""

from __future__ import annotations

from typing import Any

from waybill_contracts.document import (
    ContractDocument,
    DescribedValue,
    ListOf,
    MapOf,
    StructOf,
    ValueType,
    stored_columns,
)
from waybill_contracts.exports.json_writing import written_json


def exported(document: ContractDocument, dataset: str) -> str:  # noqa: ARG001  # every export's
    return written_json(iceberg_schema(document))


def iceberg_schema(document: ContractDocument) -> dict[str, Any]:
    return {"type": "struct", "schema-id": 0, "fields": [_field(one) for one in stored_columns(document)]}


def _field(of: DescribedValue) -> dict[str, Any]:
    found = {"id": of.id, "name": of.name, "required": of.required, "type": _type(of.type)}
    return found if of.doc is None else {**found, "doc": of.doc}


def _type(of: ValueType) -> Any:
    match of:
        case StructOf(fields):
            return {"type": "struct", "fields": [_field(one) for one in fields]}
        case ListOf(item):
            element = {"element-id": item.id, "element": _type(item.type), "element-required": item.required}
            return {"type": "list", **element}
        case MapOf(key_id, value):
            each = {"value-id": value.id, "value": _type(value.type), "value-required": value.required}
            return {"type": "map", "key-id": key_id, "key": "string", **each}
    return of.spelling
