"""``schema``: pure Iceberg schema JSON, spelled as pyiceberg does, within what readers of Parquet can take."""

from __future__ import annotations

import re
from typing import Any

from waybill_contracts.document.described import DescribedValue, ListOf, MapOf, Primitive, StructOf, ValueType
from waybill_contracts.document.reading_members import MemberPlace, a_text, a_truth, a_whole_number, an_object
from waybill_contracts.document.refusal import refuse, refuse_word

MOST_ID = 2_147_483_446
MOST_DEPTH = 20
PRIMITIVES = (
    "boolean",
    "int",
    "long",
    "float",
    "double",
    "date",
    "timestamp",
    "timestamptz",
    "string",
    "binary",
)
NESTED = ("struct", "list", "map")

_decimal = re.compile(r"decimal\(([1-9][0-9]?), (0|[1-9][0-9]?)\)").fullmatch
_name = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}").fullmatch


class SchemaReader:
    """``ids`` is where each id was found, ``key_ids`` those of map keys."""

    def __init__(self) -> None:
        self.ids: dict[int, MemberPlace] = {}
        self.key_ids: set[int] = set()

    def schema(self, place: MemberPlace, value: Any) -> StructOf:
        found = an_object(place, value, always=("type", "schema-id", "fields"))
        if found["type"] != "struct":
            raise refuse_word((*place, "type"), "the type", found["type"], ("struct",))
        a_whole_number((*place, "schema-id"), found["schema-id"], 0, 0)
        return StructOf(self.fields((*place, "fields"), found["fields"], 1))

    def fields(self, place: MemberPlace, value: Any, depth: int) -> tuple[DescribedValue, ...]:
        if not isinstance(value, list) or not value:
            raise refuse(place, "a struct without fields", "one field or more")
        found = tuple(self.field((*place, str(at)), one, depth) for at, one in enumerate(value))
        seen: set[str] = set()
        for at, one in enumerate(found):
            if one.name.lower() in seen:
                raise refuse(
                    (*place, str(at), "name"),
                    f"{one.name} stands there twice",
                    "names that differ in more than the case of letters",
                )
            seen.add(one.name.lower())
        return found

    def field(self, place: MemberPlace, value: Any, depth: int) -> DescribedValue:
        found = an_object(place, value, always=("id", "name", "required", "type"), maybe=("doc",))
        at = self.id((*place, "id"), found["id"])
        name = a_text((*place, "name"), found["name"])
        if not _name(name) or name.lower().startswith("kafka_") or name.lower() == "_extra":
            raise refuse(
                (*place, "name"),
                f"{name!r} is no name of a column",
                "[A-Za-z_][A-Za-z0-9_]{0,127}, neither _extra nor one that begins with kafka_",
            )
        required = a_truth((*place, "required"), found["required"])
        doc = a_text((*place, "doc"), found["doc"]) if "doc" in found else None
        return DescribedValue(at, name, self.type((*place, "type"), found["type"], depth), required, doc)

    def id(self, place: MemberPlace, value: Any) -> int:
        found = a_whole_number(place, value, 1, MOST_ID)
        if found in self.ids:
            raise refuse(place, f"the id {found} stands there twice", "an id of its own for each value")
        self.ids[found] = place
        return found

    def type(self, place: MemberPlace, value: Any, depth: int) -> ValueType:
        if depth > MOST_DEPTH:
            raise refuse(
                place, f"it is {depth} deep", f"depths up to {MOST_DEPTH}: a struct adds 1, a list or map 3"
            )
        if isinstance(value, dict):
            return self.nested(place, value, depth)
        text = a_text(place, value)
        if text in PRIMITIVES:
            return Primitive(text)
        if (decimal := _decimal(text)) and int(decimal[2]) <= int(decimal[1]) <= 38:
            return Primitive("decimal", int(decimal[1]), int(decimal[2]))
        if text in NESTED:
            raise refuse(
                place,
                f"{text} stands there without its parts",
                f'an object: {{"type":"{text}", and its parts}}',
            )
        raise refuse_word(place, "the type", text, (*PRIMITIVES, *NESTED, "decimal(p, s)"))

    def nested(self, place: MemberPlace, value: dict[str, Any], depth: int) -> ValueType:
        match value.get("type"):
            case "struct":
                an_object(place, value, always=("type", "fields"))
                return StructOf(self.fields((*place, "fields"), value["fields"], depth + 1))
            case "list":
                an_object(place, value, always=("type", "element-id", "element", "element-required"))
                return ListOf(self.item(place, value, "element", depth))
            case "map":
                an_object(
                    place, value, always=("type", "key-id", "key", "value-id", "value", "value-required")
                )
                key = self.id((*place, "key-id"), value["key-id"])
                self.key_ids.add(key)
                if value["key"] != "string":
                    raise refuse((*place, "key"), "keys are no texts", "string")
                return MapOf(key, self.item(place, value, "value", depth))
        raise refuse_word((*place, "type"), "the type", value.get("type"), NESTED)

    def item(self, place: MemberPlace, value: dict[str, Any], name: str, depth: int) -> DescribedValue:
        at = self.id((*place, f"{name}-id"), value[f"{name}-id"])
        required = a_truth((*place, f"{name}-required"), value[f"{name}-required"])
        return DescribedValue(at, name, self.type((*place, name), value[name], depth + 3), required)
