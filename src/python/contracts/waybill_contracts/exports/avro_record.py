"""An Avro schema of the contract's own columns. What Avro has no words for stands in the ``doc`` of its field."""

from __future__ import annotations

from typing import Any

from waybill_contracts.description import conditions, place_text
from waybill_contracts.document import (
    ContractDocument,
    DescribedValue,
    ListOf,
    MapOf,
    Primitive,
    StructOf,
    ValueType,
)
from waybill_contracts.exports.json_writing import written_json
from waybill_contracts.exports.wording import about

_PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")
_LOGICAL = {
    "date": {"type": "int", "logicalType": "date"},
    "time": {"type": "long", "logicalType": "time-micros"},
    "timestamp": {"type": "long", "logicalType": "local-timestamp-micros"},
    "timestamptz": {"type": "long", "logicalType": "timestamp-micros"},
    "uuid": {"type": "string", "logicalType": "uuid"},
    "json": "string",
    "binary": "bytes",
}


def exported(document: ContractDocument, dataset: str) -> str:  # noqa: ARG001  # every export's
    return written_json(avro_schema(document))


def avro_schema(document: ContractDocument) -> dict[str, Any]:
    unsaid = [
        "Avro does not say: the columns kafka_*",
        *["unknown fields are kept in _extra"] * (document.extra == "keep"),
        *["every column is null in a tombstone's row"] * (document.tombstones == "row"),
    ]
    doc = f"{about(document)}. {', '.join(unsaid)}."
    return {
        "type": "record",
        "name": _name(document.stream),
        "doc": doc,
        "fields": _fields(document.root, document.stream),
    }


def _fields(of: StructOf, path: str) -> list[dict[str, Any]]:
    return [_field(one, f"{path}.{one.name}") for one in of.fields]


def _field(of: DescribedValue, path: str) -> dict[str, Any]:
    found = {"name": of.name, "type": _optional(of, path)}
    if not of.required:
        found["default"] = None
    doc = " ".join(filter(None, (of.doc, _unsaid(of))))
    return {**found, "doc": doc} if doc else found


def _unsaid(of: DescribedValue) -> str:
    """Items of lists and values of maps have no doc of their own: theirs stands with the field around them."""
    said = conditions(of)
    if of.place not in ((), (of.name,)):
        said.append(f"in JSON at {place_text(of)}")
    inner = of.type
    while isinstance(inner, ListOf | MapOf):
        item = inner.item if isinstance(inner, ListOf) else inner.value
        said += [f"{item.name}: {one}" for one in conditions(item)]
        said += [f"{item.name}: JSON"] * (item.type.family == "json")
        inner = item.type
    said += ["JSON"] * (of.type.family == "json")
    return f"Avro does not say: {', '.join(said)}." if said else ""


def _optional(of: DescribedValue, path: str) -> Any:
    kind = _type(of.type, path)
    return kind if of.required else ["null", kind]


def _type(of: ValueType, path: str) -> Any:
    match of:
        case StructOf():
            # The way to a record is its namespace: no two have one name.
            namespace, _, name = path.rpartition(".")
            return {
                "type": "record",
                "name": _name(name),
                "namespace": namespace,
                "fields": _fields(of, path),
            }
        case ListOf(item):
            return {"type": "array", "items": _optional(item, f"{path}.{item.name}")}
        case MapOf(value=value):
            return {"type": "map", "values": _optional(value, f"{path}.{value.name}")}
    return _scalar(of)


def _name(name: str) -> str:
    """No record may be called as a primitive type is, in whichever namespace."""
    return f"{name}_" if name.rstrip("_") in _PRIMITIVES else name


def _scalar(of: Primitive) -> Any:
    if of.kind == "decimal":
        return {"type": "bytes", "logicalType": "decimal", "precision": of.precision, "scale": of.scale}
    return _LOGICAL.get(of.family, of.kind)
