"""Values as canonical text: what ``waybill contract judge`` prints."""

from __future__ import annotations

from typing import Any

from waybill_contracts.document import ContractDocument, DescribedValue, ListOf, MapOf, Primitive, StructOf
from waybill_contracts.judging.verdicts import JudgedRow
from waybill_contracts.types import date_text, moment_text


def written_row(document: ContractDocument, row: JudgedRow) -> dict[str, Any]:
    """The contract's columns, then those that the document asks for beside them."""
    found = {
        one.name: written(one, value) for one, value in zip(document.root.fields, row.values, strict=True)
    }
    if document.key is not None:
        found["kafka_key"] = row.key.hex() if isinstance(row.key, bytes) else row.key
    if document.headers:
        pairs = row.headers or ()
        found["kafka_headers"] = [
            {"name": name, "value": None if value is None else value.hex()} for name, value in pairs
        ]
    if document.tombstones == "row":
        found["kafka_tombstone"] = "true" if row.is_tombstone else "false"
    if document.extra == "keep":
        found["_extra"] = row.extra
    return found


def written(of: DescribedValue, value: Any) -> Any:
    if value is None:
        return None
    match of.type:
        case StructOf(fields):
            return {one.name: written(one, inner) for one, inner in zip(fields, value, strict=True)}
        case ListOf(item):
            return [written(item, one) for one in value]
        case MapOf(value=each):
            return [[key, written(each, one)] for key, one in value]
    return _scalar(of.type, value)


def _scalar(of: Primitive, value: Any) -> str:
    match of.kind:
        case "boolean":
            return "true" if value else "false"
        case "double" | "float":
            return repr(value)
        case "decimal":
            return decimal_text(value, of.scale)
        case "date":
            return date_text(value)
        case "timestamp":
            return moment_text(value)
        case "timestamptz":
            return f"{moment_text(value)}Z"
        case "binary":
            return str(value.hex())
    return str(value)


def decimal_text(unscaled: int, scale: int) -> str:
    digits = str(abs(unscaled)).rjust(scale + 1, "0")
    sign = "-" if unscaled < 0 else ""
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}" if scale else f"{sign}{digits}"
