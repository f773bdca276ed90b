"""A JSON Schema's object as a drafted struct: what the language can't say is noted, with its place."""

from __future__ import annotations

from typing import Any

from waybill_contracts.document import spelled
from waybill_contracts.drafting.column_names import column_names
from waybill_contracts.drafting.drafted import (
    CONTAINER_ADDS,
    JSON,
    STRUCT_ADDS,
    DraftedField,
    DraftedList,
    DraftedMap,
    DraftedStruct,
    DraftedValue,
)
from waybill_contracts.drafting.guessing import MOST_DEPTH
from waybill_contracts.drafting.others_documents import refuse_others_json
from waybill_contracts.drafting.schema_reading import ANNOTATIONS, SchemaPlace, SchemaText, refused
from waybill_contracts.drafting.schema_scalars import (
    NO_KEYWORD,
    boolean_of,
    count_rules,
    integer_of,
    listed_alone,
    number_of,
    text_of,
)
from waybill_contracts.drafting.schema_unions import BRANCHES, decimal_of_pydantic, merged, without_null

_OF_OBJECTS = ("type", "properties", "required", "additionalProperties", "minProperties", "maxProperties")
_OF_LISTS = ("type", "items", "minItems", "maxItems")
_SAYS_TYPE = {"type", "enum", "const", "properties", "additionalProperties", "items"}
"""Without all of these a value may be null."""

_IMPLIED = {"properties": "object", "additionalProperties": "object", "items": "array"}


class SchemaImporter:
    """``loosened`` are fields that are optional here and not in the schema, ``unlike`` those that are json for want of
    a type like theirs.
    """

    def __init__(self, text: SchemaText, *, required: bool) -> None:
        self.text = text
        self.loosened: list[str] = []
        self.unlike: list[tuple[SchemaPlace, str]] = []
        self._required = required
        self._is_closed = False
        self._json: list[tuple[SchemaPlace, str]] = []

    def not_said(self) -> list[str]:
        """What the document lacks of the schema."""
        found = [
            f"Left out: {name} at {spelled(at) or 'the root'}: {why}."
            for at, name, why in dict.fromkeys(self.text.left_out)
        ]
        return found + [f"{spelled(at)} is json: {why}." for at, why in dict.fromkeys(self._json)]

    def told(self) -> list[str]:
        found = self.not_said()
        if self._is_closed:
            found.append(
                "Unknown fields make a dead letter, at any depth: additionalProperties is false at the root."
            )
        if self.loosened:
            found.append(
                f"Optional here, though the schema requires them: {len(self.loosened)} fields. "
                "`--required` keeps them required."
            )
        return found

    def root(self, taken: tuple[str, ...] = ()) -> tuple[DraftedStruct, str]:
        """With what the document says of unknown fields."""
        self.text.left_out.clear()
        self._json.clear()
        self.loosened.clear()
        self.unlike.clear()
        place, schema, refs = self.text.resolved((), self.text.root)
        found, _ = without_null(self.text, place, merged(self.text, place, schema))
        kind = found.get("type", "object" if "properties" in found else None) if found else None
        if (
            found is None
            or kind != "object"
            or not isinstance(found.get("properties"), dict)
            or not found["properties"]
        ):
            refuse_others_json(self.text.root)
            raise refused(
                place,
                "it describes no object with properties",
                allowed="type object with one property or more, for a record is an object",
                remedy="give the schema of a record",
            )
        self._is_closed = found.get("additionalProperties") is False
        self._leave_others(place, found, _OF_OBJECTS[:4])
        return self._struct(place, found, 1, refs, taken), "dead" if self._is_closed else "keep"

    def _struct(
        self,
        place: SchemaPlace,
        schema: dict[str, Any],
        depth: int,
        refs: frozenset[str],
        taken: tuple[str, ...] = (),
    ) -> DraftedStruct:
        properties: dict[str, Any] = {}
        for name, one in schema["properties"].items():
            if one is False:
                self.text.leave_out(
                    (*place, "properties", name), "false", "a field that may not be there has no column"
                )
            else:
                properties[name] = one
        if not properties:
            raise refused(
                place, "no property may be there", allowed="one or more", remedy="correct the schema"
            )
        required = schema.get("required")
        needed = {one for one in required if isinstance(one, str)} if isinstance(required, list) else set()
        names = column_names(properties, taken)
        return DraftedStruct(
            tuple(
                self._field(
                    (*place, "properties", member), member, name, one, depth, refs, is_needed=member in needed
                )
                for (member, one), name in zip(properties.items(), names, strict=True)
            )
        )

    def _field(
        self,
        place: SchemaPlace,
        member: str,
        name: str,
        schema: Any,
        depth: int,
        refs: frozenset[str],
        *,
        is_needed: bool,
    ) -> DraftedField:
        value, takes_null, doc = self._value(place, schema, depth, refs)
        if is_needed and takes_null:
            self.text.leave_out(place, "required", "a field that may be null is optional")
        elif is_needed and not self._required:
            self.loosened.append(spelled(place))
        return DraftedField((member,), name, value, is_needed and self._required and not takes_null, doc)

    def _value(
        self, place: SchemaPlace, schema: Any, depth: int, refs: frozenset[str]
    ) -> tuple[DraftedValue, bool, str | None]:
        """With whether null is allowed, and its words."""
        at, found, followed = self.text.resolved(place, schema)
        doc = found.get("description") if isinstance(found.get("description"), str) else None
        if followed & refs:
            return self._as_json(at, "it contains itself"), True, doc
        whole = merged(self.text, at, found)
        one, takes_null = without_null(self.text, at, whole)
        if one is None:
            decimal = decimal_of_pydantic(whole)
            return decimal or self._as_json(at, "it has several types"), takes_null, doc
        return self._one(at, one, depth, refs | followed), takes_null or not _SAYS_TYPE & {*one}, doc

    def _one(
        self, place: SchemaPlace, schema: dict[str, Any], depth: int, refs: frozenset[str]
    ) -> DraftedValue:
        def leave_out(keyword: str, why: str) -> None:
            self.text.leave_out(place, keyword, why)

        plain = {name: one for name, one in schema.items() if name not in ANNOTATIONS and name != "nullable"}
        kind = plain.get("type") or next((kind for name, kind in _IMPLIED.items() if name in plain), None)
        match kind:
            case "boolean":
                return boolean_of(plain, leave_out)
            case "integer":
                return integer_of(plain, leave_out)
            case "number":
                return number_of(plain, leave_out)
            case "string":
                return text_of(plain, leave_out)
            case "object":
                return self._object(place, plain, depth, refs)
            case "array":
                return self._list(place, plain, depth, refs)
            case "null":
                return self._as_json(place, "it is always null")
            case None:
                found = listed_alone(plain, leave_out)
                if found is None:
                    self._leave_others(place, plain, ())
                return found or self._as_json(place, "it has no type", is_any=not plain)
        raise refused(
            (*place, "type"),
            f"the type {str(kind)[:80]!r} is unknown",
            allowed="object, array, string, number, integer, boolean, null",
            remedy="correct the schema",
        )

    def _object(
        self, place: SchemaPlace, schema: dict[str, Any], depth: int, refs: frozenset[str]
    ) -> DraftedValue:
        properties, others = schema.get("properties"), schema.get("additionalProperties")
        if isinstance(properties, dict) and properties:
            if depth + STRUCT_ADDS > MOST_DEPTH:
                return self._as_json(place, f"it is {depth} deep")
            is_said = self._is_closed and schema.get("additionalProperties") is False
            self._leave_others(place, schema, _OF_OBJECTS[: 4 if is_said else 3])
            return self._struct(place, schema, depth + STRUCT_ADDS, refs)
        if isinstance(others, dict) and depth + CONTAINER_ADDS <= MOST_DEPTH:
            self._leave_others(place, schema, _OF_OBJECTS)
            value = self._value((*place, "additionalProperties"), others, depth + CONTAINER_ADDS, refs)[0]
            return DraftedMap(value, self._counts(place, schema, ("minProperties", "maxProperties")))
        self._leave_others(place, schema, ("type",))
        return self._as_json(place, "its members are not described", is_any=True)

    def _list(
        self, place: SchemaPlace, schema: dict[str, Any], depth: int, refs: frozenset[str]
    ) -> DraftedValue:
        items = schema.get("items")
        if not isinstance(items, dict) or depth + CONTAINER_ADDS > MOST_DEPTH:
            self._leave_others(place, schema, ("type",))
            return self._as_json(
                place, "its items are not of one described type" if depth < MOST_DEPTH else "too deep"
            )
        self._leave_others(place, schema, _OF_LISTS)
        item = self._value((*place, "items"), items, depth + CONTAINER_ADDS, refs)[0]
        return DraftedList(item, self._counts(place, schema, ("minItems", "maxItems")))

    def _counts(self, place: SchemaPlace, schema: dict[str, Any], names: tuple[str, str]) -> dict[str, Any]:
        return count_rules(schema, names, lambda keyword, why: self.text.leave_out(place, keyword, why))

    def _leave_others(self, place: SchemaPlace, schema: dict[str, Any], known: tuple[str, ...]) -> None:
        for name in schema:
            if name not in known and name not in ANNOTATIONS and name not in BRANCHES:
                self.text.leave_out(place, name, NO_KEYWORD)

    def _as_json(self, place: SchemaPlace, why: str, *, is_any: bool = False) -> DraftedValue:
        """``is_any``: the schema itself takes any value there."""
        self._json.append((place, why))
        if not is_any:
            self.unlike.append((place, why))
        return JSON
