"""A writer's schema, read by the rules of Avro's specification. What decides nothing of a datum is not looked at:
defaults, docs, orders, and members that Avro does not know."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from waybill_contracts.avro.endless import check_ends
from waybill_contracts.avro.logical import logical_of
from waybill_contracts.avro.names import PRIMITIVES, TypeNames, a_text, check_word, named
from waybill_contracts.avro.nodes import (
    ArrayType,
    AvroType,
    EnumType,
    FixedType,
    MapType,
    PlainType,
    RecordField,
    RecordType,
    UnionType,
)
from waybill_contracts.avro.refusing import SchemaPlace, SchemaRefused
from waybill_contracts.scanning import NotJson, NumberText, Repeated, read_json, too_deep

MOST_BYTES = 1_000_000
MOST_FIXED = 2**31 - 1

_whole = re.compile(r"-?(?:0|[1-9][0-9]{0,18})").fullmatch


@lru_cache(maxsize=64)
def parse_schema(text: str, before: tuple[str, ...] = ()) -> AvroType:
    """``before`` are the schemas that it refers to, in an order in which each can be read after those before it.

    Raises ``SchemaRefused``.
    """
    reader = _SchemaText()
    for one in before:
        reader.type((), _tree(one), "")
    found = reader.type((), _tree(text), "")
    check_ends(reader.records)
    if not any(isinstance(one, RecordType) for one in branches_of(found)):
        raise SchemaRefused((), "its values are no records", "a record, or a union with one")
    return found


def _tree(text: str) -> Any:
    if len(text.encode()) > MOST_BYTES:
        raise SchemaRefused((), f"it has more than {MOST_BYTES:,} bytes", "smaller ones")
    if too_deep(text):
        raise SchemaRefused((), "it is too deep", "at most 100 open brackets")
    try:
        return _plain((), read_json(text))
    except NotJson:
        raise SchemaRefused((), "it is no JSON", "the schema's JSON") from None


def branches_of(of: AvroType) -> tuple[AvroType, ...]:
    return of.branches if isinstance(of, UnionType) else (of,)


def _plain(place: SchemaPlace, value: Any) -> Any:
    """Whole numbers as such; others are no concern of ours."""
    if isinstance(value, NumberText):
        return int(value) if _whole(value) else 0.5
    if isinstance(value, Repeated):
        raise SchemaRefused((*place, min(value.repeated)), "it stands there twice", "each member once")
    if isinstance(value, dict):
        return {name: _plain((*place, name), one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain((*place, str(at)), one) for at, one in enumerate(value)]
    return value


class _SchemaText:
    def __init__(self) -> None:
        self.records: list[RecordType] = []
        self._names = TypeNames()

    def type(self, place: SchemaPlace, given: Any, namespace: str) -> AvroType:
        if isinstance(given, str):
            return PlainType(given) if given in PRIMITIVES else self._names.find(place, given, namespace)
        if isinstance(given, list):
            return self._union(place, given, namespace)
        if not isinstance(given, dict):
            raise SchemaRefused(place, "it is no type", "a name, an object or a list")
        kind = given.get("type")
        match kind:
            case "record" | "error":
                return self._record(place, given, namespace)
            case "enum":
                return self._enum(place, given, namespace)
            case "fixed":
                return self._fixed(place, given, namespace)
            case "array":
                return ArrayType(self.type((*place, "items"), given.get("items"), namespace))
            case "map":
                return MapType(self.type((*place, "values"), given.get("values"), namespace))
        if isinstance(kind, str) and kind in PRIMITIVES:
            return PlainType(kind, logical_of(place, given, kind))
        return self.type((*place, "type"), kind, namespace)

    def _union(self, place: SchemaPlace, given: list[Any], namespace: str) -> UnionType:
        found = tuple(self.type((*place, str(at)), one, namespace) for at, one in enumerate(given))
        if not found:
            raise SchemaRefused(place, "a union of nothing", "a branch or more")
        seen = set()
        for at, one in enumerate(found):
            if isinstance(one, UnionType):
                raise SchemaRefused((*place, str(at)), "a union stands in a union", "other types")
            key = one.kind if isinstance(one, PlainType) else getattr(one, "name", type(one).__name__)
            if key in seen:
                raise SchemaRefused(
                    (*place, str(at)), "the union has such a branch already", "one of each type"
                )
            seen.add(key)
        return UnionType(found)

    def _record(self, place: SchemaPlace, given: dict[str, Any], namespace: str) -> RecordType:
        name, inside = named(place, given, namespace)
        texts = {one: text for one, text in given.items() if isinstance(text, str)}
        found = RecordType(name, {**texts, "name": name})
        self._names.define(place, name, found)
        fields = []
        for at, one in enumerate(_list((*place, "fields"), given.get("fields"))):
            fields.append(self._field((*place, "fields", str(at)), one, inside))
        seen = set()
        for at, each in enumerate(fields):
            if each.name in seen:
                raise SchemaRefused(
                    (*place, "fields", str(at)), f"the field {each.name} stands there twice", "once"
                )
            seen.add(each.name)
        found.fields = tuple(fields)
        self.records.append(found)
        return found

    def _field(self, place: SchemaPlace, given: Any, namespace: str) -> RecordField:
        if not isinstance(given, dict):
            raise SchemaRefused(place, "it is no field", "an object with name and type")
        name = a_text((*place, "name"), given.get("name"))
        check_word((*place, "name"), name)
        return RecordField(
            name, self.type((*place, "type"), given.get("type"), namespace), _aliases(place, given)
        )

    def _enum(self, place: SchemaPlace, given: dict[str, Any], namespace: str) -> EnumType:
        name, _ = named(place, given, namespace)
        symbols = _list((*place, "symbols"), given.get("symbols"))
        for at, one in enumerate(symbols):
            check_word((*place, "symbols", str(at)), a_text((*place, "symbols", str(at)), one))
        if len(set(symbols)) < len(symbols):
            raise SchemaRefused((*place, "symbols"), "a symbol stands there twice", "different ones")
        if "default" in given and given["default"] not in symbols:
            raise SchemaRefused((*place, "default"), "it is none of the symbols", "one of them")
        found = EnumType(name, tuple(symbols))
        self._names.define(place, name, found)
        return found

    def _fixed(self, place: SchemaPlace, given: dict[str, Any], namespace: str) -> FixedType:
        name, _ = named(place, given, namespace)
        size = given.get("size")
        if type(size) is not int or not 0 <= size <= MOST_FIXED:
            raise SchemaRefused((*place, "size"), "it is no size", f"a whole number up to {MOST_FIXED:,}")
        found = FixedType(name, size, logical_of(place, given, "fixed", size))
        self._names.define(place, name, found)
        return found


def _aliases(place: SchemaPlace, given: dict[str, Any]) -> tuple[str, ...]:
    listed = _list((*place, "aliases"), given.get("aliases", []))
    return tuple(a_text((*place, "aliases", str(at)), one) for at, one in enumerate(listed))


def _list(place: SchemaPlace, found: Any) -> list[Any]:
    if not isinstance(found, list):
        raise SchemaRefused(place, "no list stands there", "a list")
    return found
