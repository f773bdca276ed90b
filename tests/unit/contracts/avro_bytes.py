"""A small encoder of Avro for tests, apart from whatever decodes: from values and a schema's JSON to bytes.

A union's value is (branch, value), a record's a dict, an enum's its symbol, a map's a list of pairs.
"""

from __future__ import annotations

import json
import struct
from typing import Any

from unit.contracts.documents import Json, document

from waybill_contracts.document import ContractDocument


def avro(schema: Any, *fields: Json, entries: Json | None = None, **members: Any) -> ContractDocument:
    """A document whose writer's schema is a record, or just the fields of one."""
    whole = record("r", *schema) if isinstance(schema, tuple) else schema
    members.setdefault("value", {"format": "avro", "schema": json.dumps(whole)})
    return document(*fields, entries=entries, **members)


def record(name: str, *fields: tuple[str, Any], **more: Any) -> Json:
    return {
        "type": "record",
        "name": name,
        "fields": [{"name": one, "type": kind} for one, kind in fields],
        **more,
    }


def logical(kind: str, name: str, **more: Any) -> Json:
    return {"type": kind, "logicalType": name, **more}


def array(items: Any) -> Json:
    return {"type": "array", "items": items}


def mapped(values: Any) -> Json:
    return {"type": "map", "values": values}


def optional(kind: Any) -> list[Any]:
    return ["null", kind]


def encoded(schema: Any, value: Any) -> bytes:
    return Encoder().of(schema, value)


def whole(number: int) -> bytes:
    """Zigzag, in groups of seven bits."""
    folded, found = (number << 1) ^ (number >> 63), bytearray()
    while folded > 0x7F:
        found.append(folded & 0x7F | 0x80)
        folded >>= 7
    return bytes((*found, folded))


def sized(data: bytes) -> bytes:
    return whole(len(data)) + data


class Encoder:
    def __init__(self) -> None:
        self.names: dict[str, Any] = {}

    def of(self, schema: Any, value: Any) -> bytes:
        if isinstance(schema, list):
            branch, inner = value
            return whole(branch) + self.of(schema[branch], inner)
        if isinstance(schema, str):
            return self.of(self.names[schema], value) if schema in self.names else self.plain(schema, value)
        if "name" in schema:
            self.names[schema["name"]] = schema
        match schema["type"]:
            case "record":
                return b"".join(self.of(one["type"], value[one["name"]]) for one in schema["fields"])
            case "enum":
                return whole(schema["symbols"].index(value))
            case "fixed":
                return bytes(value)
            case "array":
                return self.block(len(value), b"".join(self.of(schema["items"], one) for one in value))
            case "map":
                pairs = (sized(key.encode()) + self.of(schema["values"], one) for key, one in value)
                return self.block(len(value), b"".join(pairs))
        return self.of(schema["type"], value)

    def block(self, count: int, items: bytes) -> bytes:
        return (whole(count) + items if count else b"") + whole(0)

    def plain(self, kind: str, value: Any) -> bytes:
        match kind:
            case "null":
                return b""
            case "boolean":
                return b"\x01" if value else b"\x00"
            case "int" | "long":
                return whole(value)
            case "float":
                return struct.pack("<f", value)
            case "double":
                return struct.pack("<d", value)
            case "bytes":
                return sized(value)
        return sized(value.encode())
