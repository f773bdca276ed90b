"""The document of ``names``, from today's pydantic model."""

from __future__ import annotations

from typing import Any

from waybill_common.contract import Column, ColumnKind, Contract
from waybill_contracts.document.canonical_form import canonical_bytes

_TYPES = {ColumnKind.STRING: "string", ColumnKind.DOUBLE: "double", ColumnKind.INSTANT: "timestamptz"}


def document_of(contract: Contract) -> bytes:
    fields = [
        {"id": at, "name": one.name, "required": not one.nullable, "type": _TYPES[one.kind]}
        for at, one in enumerate(contract.columns, 1)
    ]
    entries = {str(at): entry for at, one in enumerate(contract.columns, 1) if (entry := _entry(one))}
    return canonical_bytes(
        {
            "contract": 1, "stream": contract.stream, "version": contract.version, "value": {"format": "json"},
            "headers": False, "duplicates": "last", "extra": "dead", "tombstones": "dead",
            "id": [contract.id_field], "time": contract.time_field, "partition_by": [*contract.partition_by],
            "legacy": {"fingerprint": contract.fingerprint.removeprefix("sha256:"), "partition_key": "date"},
            "schema": {"type": "struct", "schema-id": 0, "fields": fields}, "fields": entries,
        }
    )  # fmt: skip


def _entry(column: Column) -> dict[str, Any]:
    if column.kind is ColumnKind.INSTANT:
        return {"wire": "utc_micros"}
    rules: dict[str, Any] = {
        "minLength": column.min_length,
        "maxLength": column.max_length,
        "pattern": column.pattern and column.pattern.replace("-]", "\\-]"),
        "enum": list(column.choices),
        "minimum": column.minimum is not None and f"{column.minimum:g}",
        "maximum": column.maximum is not None and f"{column.maximum:g}",
    }
    found = {name: rule for name, rule in rules.items() if rule not in (None, False, [])}
    return {"rules": found} if found else {}
