"""A datum of Avro as nodes, of the kinds that JSON's have: what goes through them is the same for both."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from waybill_ops.audit.second_judge.avro_schema import AuditedType, takes_no_bytes
from waybill_ops.audit.second_judge.json_nodes import JsonNode

_DEEPEST = 100
_MOST_IDLE = 10_000


class NoDatum(ValueError):
    """The bytes are not of the schema."""


@dataclass
class AvroNode(JsonNode):
    """``kind`` is object for a record, map, list, string for an enum too, true, false, null, or avro: then ``value`` is
    a number or bytes, of the type ``type``."""

    type: AuditedType = field(default_factory=lambda: AuditedType("null", {}))
    value: Any = None


@dataclass
class DatumWalk:
    """``data`` from its front on; ``idle`` counts items of no bytes."""

    data: bytes
    at: int = 0
    idle: int = 0

    def whole(self, of: AuditedType) -> AvroNode:
        try:
            found = self.node(of, 0)
        except UnicodeDecodeError:
            raise NoDatum("a text is none") from None
        if self.at < len(self.data):
            raise NoDatum("bytes are left")
        return found

    def node(self, of: AuditedType, depth: int) -> AvroNode:
        match of.kind:
            case "union":
                return self.node(self._chosen(of.parts), depth)
            case "record" | "error":
                return self._record(of, depth)
            case "array":
                return AvroNode("list", 0, items=self._items(of.parts[0], depth + 1), type=of)
            case "map":
                pairs = self._items(of.parts[0], depth + 1, keyed=True)
                return AvroNode("map", 0, members=[(one.text, 0, two) for one, two in pairs], type=of)
            case "enum":
                return AvroNode("string", 0, text=self._chosen(of.said["symbols"], 32), type=of)
            case "string":
                return AvroNode("string", 0, text=self.take(self.number()).decode(), type=of)
            case "null":
                return AvroNode("null", 0, type=of)
            case "boolean":
                byte = self.take(1)[0]
                if byte > 1:
                    raise NoDatum("a boolean is none")
                return AvroNode("true" if byte else "false", 0, type=of)
        return AvroNode("avro", 0, type=of, value=self._plain(of))

    def _plain(self, of: AuditedType) -> Any:
        match of.kind:
            case "int" | "long":
                return self.number(32 if of.kind == "int" else 64)
            case "float":
                return struct.unpack("<f", self.take(4))[0]
            case "double":
                return struct.unpack("<d", self.take(8))[0]
            case "fixed":
                return self.take(of.said["size"])
        return self.take(self.number())

    def take(self, size: int) -> bytes:
        found = self.data[self.at : self.at + size] if size >= 0 else b""
        if len(found) != size:
            raise NoDatum("it ends too soon")
        self.at += size
        return found

    def number(self, bits: int = 64) -> int:
        """In groups of seven bits, the lowest first, until one has no mark; then signs are folded out."""
        groups = []
        while not groups or groups[-1] >= 128:
            if len(groups) == (bits + 6) // 7:
                raise NoDatum("a number is too long")
            groups.append(self.take(1)[0])
        folded = sum((group % 128) * 128**at for at, group in enumerate(groups))
        if folded >= 2**bits:
            raise NoDatum("a number is too large")
        return -(folded + 1) // 2 if folded % 2 else folded // 2

    def _chosen(self, listed: list[Any], bits: int = 64) -> Any:
        at = self.number(bits)
        if not 0 <= at < len(listed):
            raise NoDatum("there is no such branch or symbol")
        return listed[at]

    def _record(self, of: AuditedType, depth: int) -> AvroNode:
        depth += not of.is_idle
        if depth > _DEEPEST:
            raise NoDatum("it is too deep")
        if of.is_idle:
            return _idle_record(of)
        found = []
        for at, part in enumerate(of.parts):
            found.append((of.field_named(at)[0], 0, self.node(part, depth)))
        return AvroNode("object", 0, members=found, type=of)

    def _items(self, of: AuditedType, depth: int, *, keyed: bool = False) -> list[Any]:
        if depth > _DEEPEST:
            raise NoDatum("it is too deep")
        found: list[Any] = []
        while count := self.number():
            size = self.number() if count < 0 else None
            start, count = self.at, abs(count)
            if takes_no_bytes(of) and not keyed:
                self.idle += count
                if self.idle > _MOST_IDLE:
                    raise NoDatum("too many items of no bytes")
            for _ in range(count):
                key = AvroNode("string", 0, text=self.take(self.number()).decode()) if keyed else None
                value = self.node(of, depth)
                found.append((key, value) if keyed else value)
            if size is not None and self.at - start != size:
                raise NoDatum("a block has another size")
        return found


@lru_cache(maxsize=10_000)
def _idle_record(of: AuditedType) -> AvroNode:
    """One node for all of the type: records within may be many, each of them twice in the one around it."""
    members = [(of.field_named(at)[0], 0, _nothing(one)) for at, one in enumerate(of.parts)]
    return AvroNode("object", 0, members=members, type=of)


def _nothing(of: AuditedType) -> AvroNode:
    if of.kind == "null":
        return AvroNode("null", 0, type=of)
    return AvroNode("avro", 0, type=of, value=b"") if of.kind == "fixed" else _idle_record(of)
