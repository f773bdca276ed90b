"""The document of a model of ``names``. Run by its name, it writes the packaged one anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import waybill_streams.names
from waybill_common.contract import ColumnKind, Contract
from waybill_common.contract.columns import Column
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_streams.names.contract import Name

PACKAGED = Path(waybill_streams.names.__file__).with_name("contract.json")
OLD_FINGERPRINT = "eef317b2a64595869f2a00d2c83076c0a7d8be5be43bfeba2a9eeb52f1d40584"
"""0.1.0's, in each manifest that it wrote."""

_TYPES = {ColumnKind.STRING: "string", ColumnKind.DOUBLE: "double", ColumnKind.INSTANT: "timestamptz"}


def contract_of(model: type[BaseModel] = Name, version: int = 1) -> Contract:
    """``names`` as another model, or another version, would have it."""
    bare = Contract("names", version, b"", model, "id", "produced_at")
    return replace(bare, document=document_of(bare))


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
            "id": [contract.id_field], "time": contract.time_field, "partition_by": [f"day({contract.time_field})"],
            "legacy": {"fingerprint": OLD_FINGERPRINT, "partition_key": "date"},
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


if __name__ == "__main__":
    PACKAGED.write_bytes(contract_of().document)
