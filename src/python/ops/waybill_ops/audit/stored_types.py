"""How a document's values lie in a file as DuckDB reads it, told from the document by the auditor's own code."""

from __future__ import annotations

import re
from typing import Any

from waybill_ops.audit.fingerprint import quoted

_DECIMAL = re.compile(r"decimal\((\d+), (\d+)\)")
_PLAIN = {
    "boolean": "BOOLEAN",
    "int": "BIGINT",
    "long": "BIGINT",
    "float": "DOUBLE",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
    "string": "VARCHAR",
    "binary": "BLOB",
}
HEADERS = {
    "type": "list",
    "element": {
        "type": "struct",
        "fields": [{"name": "name", "type": "string"}, {"name": "value", "type": "binary"}],
    },
}


BESIDE = ("kafka_key", "kafka_headers", "kafka_tombstone", "_extra")
"""Columns after the record's coordinates, where the contract has them."""


def columns_of(document: dict[str, Any]) -> dict[str, Any]:
    """Iceberg's types of the columns in which a row's values lie, by name."""
    found = {one["name"]: one["type"] for one in document["schema"]["fields"]}
    if "key" in document:
        found["kafka_key"] = "binary" if document["key"]["format"] == "binary" else "string"
    if document["headers"]:
        found["kafka_headers"] = HEADERS
    if document["tombstones"] == "row":
        found["kafka_tombstone"] = "boolean"
    if document["extra"] == "keep":
        found["_extra"] = "string"
    return found


def duckdb_type(kind: Any) -> str:
    if isinstance(kind, str):
        sizes = _DECIMAL.fullmatch(kind)
        return f"DECIMAL({sizes[1]},{sizes[2]})" if sizes else _PLAIN[kind]
    if kind["type"] == "list":
        return f"{duckdb_type(kind['element'])}[]"
    if kind["type"] == "map":
        return f"MAP(VARCHAR, {duckdb_type(kind['value'])})"
    fields = (f"{quoted(one['name'])} {duckdb_type(one['type'])}" for one in kind["fields"])
    return f"STRUCT({', '.join(fields)})"
