"""JSON Schema of a record as it is sent: every record that the judge takes for a row is valid.

It says less than the judge: names that stand twice, scales of decimals, days of the calendar and bounds of times are
not for it. Where a rule is left out, ``$comment`` has it.
"""

from __future__ import annotations

from typing import Any

from waybill_contracts.document import ContractDocument, DescribedValue, ListOf, MapOf, StructOf
from waybill_contracts.exports.json_values import Schema, scalar_schema
from waybill_contracts.exports.json_writing import written_json
from waybill_contracts.exports.not_sayable import NotSayable
from waybill_contracts.exports.wording import about

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_ANY_TOKEN = None
"""A list's place or a map's key, on the way to a struct."""

Way = tuple["str | None", ...]


def exported(document: ContractDocument, dataset: str) -> str:  # noqa: ARG001  # every export's
    return written_json(json_schema(document))


def json_schema(document: ContractDocument) -> Schema:
    """Raises ``NotSayable``."""
    if document.value.format != "json":
        raise NotSayable(f"its values are {document.value.format}", "JSON Schema for documents of JSON")
    root = _Writer(document).struct(document.root, ())
    return {
        "$schema": _DRAFT,
        "title": f"{document.stream}/{document.version}",
        "$comment": about(document),
        **root,
    }


class _Writer:
    def __init__(self, document: ContractDocument) -> None:
        self._is_closed = document.extra == "dead"
        self._ignored = document.ignore
        self._wants_all = document.legacy is not None

    def struct(self, of: StructOf, way: Way) -> Schema:
        return self._object({one.place: one for one in of.fields}, way)

    def _object(self, fields: dict[tuple[str, ...], DescribedValue], way: Way) -> Schema:
        """``fields`` by their places from here; objects on the way to some are written as if they were described."""
        properties: Schema = {}
        required = []
        for name in dict.fromkeys(place[0] for place in fields):
            inner = {place[1:]: one for place, one in fields.items() if place[0] == name}
            if () in inner:
                properties[name] = self._value(inner[()], (*way, name))
            else:
                properties[name] = self._object(inner, (*way, name))
            if any(one.required or self._wants_all for one in inner.values()):
                required.append(name)
            if not any(one.required for one in inner.values()) and () not in inner:
                properties[name] = _or_null(properties[name])
        found: Schema = {"type": "object", "properties": properties}
        if required:
            found["required"] = required
        if self._is_closed:
            found |= self._closed(properties, way)
        return found

    def _closed(self, properties: Schema, way: Way) -> Schema:
        """No other members, but for those that the document ignores."""
        if any(_may_lie_in(way, one) for one in self._ignored):
            return {}
        for one in self._ignored:
            if len(one) == len(way) + 1 and _may_lie_in(way, one[:-1]):
                properties.setdefault(one[-1], True)
        return {"additionalProperties": False}

    def _value(self, of: DescribedValue, way: Way) -> Schema:
        match of.type:
            case StructOf():
                found = self.struct(of.type, way)
            case ListOf(item):
                found = {"type": "array", "items": self._value(item, (*way, _ANY_TOKEN)), **of.rules}
            case MapOf(value=value):
                found = {
                    "type": "object",
                    "additionalProperties": self._value(value, (*way, _ANY_TOKEN)),
                    **of.rules,
                }
            case kind:
                found = scalar_schema(of, kind)
        return (_not_null(found) if of.required else _or_null(found)) | _said_of(of)


def _may_lie_in(way: Way, pointer: tuple[str, ...]) -> bool:
    """Whether the object at ``way`` is, or may be, the one at ``pointer`` or in it."""
    return len(pointer) <= len(way) and all(
        own in (_ANY_TOKEN, one) for own, one in zip(way, pointer, strict=False)
    )


def _said_of(of: DescribedValue) -> Schema:
    return {} if of.doc is None else {"description": of.doc}


def _or_null(of: Schema) -> Schema:
    kinds: Any = of.get("type", [])
    found = {**of, "type": [*([kinds] if isinstance(kinds, str) else kinds), "null"]} if kinds else dict(of)
    if "enum" in of:
        found["enum"] = [*of["enum"], None]
    if "allOf" in of:
        found["allOf"] = [_or_null(one) for one in of["allOf"]]
    return found


def _not_null(of: Schema) -> Schema:
    """Of the types only JSON itself may be anything, null included."""
    return of if "type" in of or "enum" in of else {**of, "not": {"type": "null"}}
