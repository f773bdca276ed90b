"""From a draft to its document: ids, Iceberg's schema, what is said beyond it."""

from __future__ import annotations

from typing import Any

from waybill_contracts.document import ContractDocument, canonical_bytes, parse_document, spelled
from waybill_contracts.drafting.drafted import (
    DraftedField,
    DraftedList,
    DraftedMap,
    DraftedScalar,
    DraftedStruct,
    DraftedValue,
)


def laid_out(stream: str, root: DraftedStruct, members: dict[str, Any]) -> ContractDocument:
    """The document, version 1. ``members`` are those of the document that the draft does not decide."""
    plan = _Plan()
    schema = {"type": "struct", "schema-id": 0, "fields": plan.fields(root)}
    tree = {
        "contract": 1,
        "stream": stream,
        "version": 1,
        "duplicates": "dead",
        "schema": schema,
        "fields": plan.entries,
        **members,
    }
    return parse_document(canonical_bytes(tree))


class _Plan:
    def __init__(self) -> None:
        self.entries: dict[str, Any] = {}
        self._last = 0

    def fields(self, struct: DraftedStruct) -> list[dict[str, Any]]:
        return [self._field(one, self._id()) for one in struct.fields]

    def _field(self, one: DraftedField, at: int) -> dict[str, Any]:
        place = {} if one.place == (one.name,) else {"from": spelled(one.place)}
        found = {
            "id": at,
            "name": one.name,
            "required": one.required,
            "type": self._type(one.value, at, place),
        }
        return found | ({"doc": one.doc} if one.doc else {})

    def _type(self, of: DraftedValue, at: int, place: dict[str, Any]) -> Any:
        if entry := {**of.entry, **place}:
            self.entries[str(at)] = entry
        match of:
            case DraftedScalar(kind):
                return kind
            case DraftedStruct():
                return {"type": "struct", "fields": self.fields(of)}
            case DraftedList(item):
                inner = self._id()
                return {
                    "type": "list",
                    "element-id": inner,
                    "element": self._type(item, inner, {}),
                    "element-required": False,
                }
            case DraftedMap(value):
                key, inner = self._id(), self._id()
                return {
                    "type": "map",
                    "key-id": key,
                    "key": "string",
                    "value-id": inner,
                    "value": self._type(value, inner, {}),
                    "value-required": False,
                }

    def _id(self) -> int:
        self._last += 1
        return self._last
