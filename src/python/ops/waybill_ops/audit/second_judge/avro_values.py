"""Nodes of Avro against a document: numbers, bytes and names that a field had; the rest is as with JSON."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import isfinite
from typing import Any
from uuid import UUID

from waybill_ops.audit.second_judge.avro_nodes import AvroNode
from waybill_ops.audit.second_judge.days import EPOCH, UNITS, BadDay, to_micros
from waybill_ops.audit.second_judge.json_nodes import JsonNode
from waybill_ops.audit.second_judge.numbers import nearest
from waybill_ops.audit.second_judge.reading_values import NodePath, ValueReader
from waybill_ops.audit.second_judge.scalars import (
    Bad,
    Scalar,
    decimal_text,
    digits_of,
    keep_rules,
    scalar,
)

_PROMOTED = {
    "int": {"int"},
    "long": {"int", "long"},
    "float": {"int", "long", "float"},
    "double": {"int", "long", "float", "double"},
}
_SHORT = {"millis": "ms", "micros": "us", "nanos": "ns"}


class AvroValueReader(ValueReader):
    map_kind = "map"

    def struct(self, fields: list[dict[str, Any]], node: JsonNode, path: NodePath) -> dict[str, Any]:
        return super().struct(fields, _under_old_names(node, [self._place(one) for one in fields]), path)

    def _plain(self, kind: str, entry: dict[str, Any], node: JsonNode) -> Scalar | None:
        assert isinstance(node, AvroNode)  # noqa: S101  # there are no others in a datum
        try:
            found = _scalar(kind, entry, node)
        except BadDay as bad:
            raise Bad(str(bad)) from None
        if found is not None:
            keep_rules(kind, entry, found)
        return found


def _under_old_names(node: JsonNode, places: list[NodePath]) -> JsonNode:
    """The record with such names as the document has for its fields. A place that no field has by its name belongs to
    the first field that had it, unless the document asks for that one by its name as well."""
    if not isinstance(node, AvroNode) or node.kind != "object":
        return node
    names = {name for name, _, _ in node.members}
    asked = list(dict.fromkeys(place[0] for place in places))
    renamed: dict[str, str] = {}
    for token in asked:
        if token in names:
            continue
        for at in range(len(node.members)):
            name, aliases = node.type.field_named(at)
            if token in aliases and name not in asked and name not in renamed:
                renamed[name] = token
                break
    members = []
    for name, at, inner in node.members:
        own = renamed.get(name, name)
        further = [place[1:] for place in places if place[0] == own and len(place) > 1]
        members.append((own, at, _under_old_names(inner, further) if further else inner))
    return AvroNode("object", 0, members=members, type=node.type)


def _scalar(kind: str, entry: dict[str, Any], node: AvroNode) -> Scalar | None:
    """Raises ``Bad`` and ``BadDay``."""
    wire, meaning = entry.get("wire", ""), entry.get("as", kind)
    if node.kind == "string":
        if kind == "binary" and not wire:
            found = node.text.encode()
            return found, found.hex()
        return scalar(kind, entry, node, node.text)
    if meaning == "boolean" and node.kind in ("true", "false") and not wire:
        return node.kind, node.kind
    if node.kind != "avro":
        raise Bad("wrong_type")
    if meaning in _PROMOTED:
        return _number(meaning, wire, node)
    if kind.startswith("decimal"):
        return _decimal(kind, wire, node)
    if meaning == "date" and (node.type.logical == "date" or (wire and _is_bare(node))):
        return _day(node.value)
    if meaning == "time":
        return _time(wire, node)
    if meaning in ("timestamp", "timestamptz"):
        return _moment(meaning, entry, node)
    return _of_bytes(meaning, node)


def _is_bare(node: AvroNode) -> bool:
    return node.type.kind in ("int", "long") and not node.type.logical


def _number(kind: str, wire: str, node: AvroNode) -> Scalar:
    if wire == "string" or node.type.kind not in _PROMOTED[kind]:
        raise Bad("wrong_type")
    if kind in ("int", "long"):
        return node.value, str(node.value)
    if node.type.kind in ("int", "long"):
        rounded = nearest(str(node.value), kind)
        return rounded, repr(rounded)
    if not isfinite(node.value):
        raise Bad("out_of_range")
    return node.value, repr(node.value)


def _decimal(kind: str, wire: str, node: AvroNode) -> Scalar:
    precision, scale = digits_of(kind)
    if isinstance(node.value, bytes):
        if node.type.logical == "decimal":
            power = node.type.said.get("scale", 0)
        elif wire == "unscaled_base64":
            power = scale
        else:
            raise Bad("wrong_type")
        if not node.value:
            raise Bad("bad_format")
        value = Fraction(int.from_bytes(node.value, signed=True), 10**power)
    elif node.type.kind in ("int", "long") and wire in ("", "either"):
        value = Fraction(node.value)
    else:
        raise Bad("wrong_type")
    return value, decimal_text(value, precision, scale)


def _day(days: int) -> Scalar:
    if not -719_162 <= days <= 2_932_896:
        raise Bad("out_of_range")
    found = date(1970, 1, 1) + timedelta(days=days)
    return found, found.isoformat()


def _time(wire: str, node: AvroNode) -> Scalar:
    logical = node.type.logical
    if logical.startswith("time-"):
        unit = _SHORT[logical[5:]]
    elif wire and _is_bare(node):
        unit = wire
    else:
        raise Bad("wrong_type")
    seconds = node.value * UNITS[unit]
    if not 0 <= seconds < 86_400:
        raise Bad("out_of_range")
    text = (EPOCH + timedelta(microseconds=int(seconds * 10**6))).time().isoformat("microseconds")
    return text, text


def _moment(kind: str, entry: dict[str, Any], node: AvroNode) -> Scalar:
    wire, logical = entry.get("wire", ""), node.type.logical
    if "timestamp-" in logical:
        is_local = logical.startswith("local-")
        if is_local == (kind == "timestamptz") and not wire:
            raise Bad("wrong_type")
        unit = _SHORT[logical.rpartition("-")[2]]
    elif wire and not wire.endswith("_text") and _is_bare(node):
        unit = wire.removeprefix("epoch_")
    else:
        raise Bad("wrong_type")
    found = to_micros(node.value * UNITS[unit], floors="beyond_micros" in entry)
    return found, found.isoformat(timespec="microseconds") + ("Z" if kind == "timestamptz" else "")


def _of_bytes(meaning: str, node: AvroNode) -> Scalar:
    if meaning == "uuid" and node.type.logical == "uuid":
        text = str(UUID(bytes=node.value))
        return text, text
    if meaning == "binary" and isinstance(node.value, bytes):
        return node.value, node.value.hex()
    if meaning == "string" and node.type.kind == "bytes":
        try:
            text = node.value.decode()
        except UnicodeDecodeError:
            raise Bad("bad_format") from None
        return text, text
    raise Bad("wrong_type")
