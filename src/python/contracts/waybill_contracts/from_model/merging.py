"""A document with the fields that a model says: what has its name and place keeps its id, the rest is added. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from waybill_contracts.document import (
    ContractDocument,
    DescribedValue,
    ListOf,
    MapOf,
    StructOf,
    ValueType,
    canonical_bytes,
    parse_document,
    spelled,
)
from waybill_contracts.drafting import (
    DraftedField,
    DraftedList,
    DraftedMap,
    DraftedScalar,
    DraftedStruct,
    DraftedValue,
    column_names,
)
from waybill_contracts.from_model.keeping import kept_entry, kept_scalar


def with_fields(base: ContractDocument, root: DraftedStruct, version: int) -> ContractDocument:
    """``base`` with ``root`` as its fields, under ``version``. Raises ``DocumentRefused`` where another member, such as
    ``id`` or ``partition_by``, wants a field that ``root`` lacks.
    """
    tree = json.loads(base.text)
    merging = _Merging(tree["fields"], max(_ids(base.root)))
    fields = merging.fields(base.root, root, tuple(one.key for one in base.partition_by))
    schema = {**tree["schema"], "fields": fields}
    return parse_document(
        canonical_bytes(tree | {"version": version, "schema": schema, "fields": merging.entries})
    )


def paired(
    old: Sequence[DescribedValue], new: Sequence[DraftedField]
) -> tuple[list[tuple[DescribedValue, DraftedField]], list[DraftedField]]:
    """Fields that stay, in their order, and fields that are new. One stays by its place in the record, else by name."""
    rest = {one.place: one for one in new}
    found = {one.id: rest.pop(one.place) for one in old if one.place in rest}
    by_name = {one.name: one for one in rest.values()}
    found |= {one.id: by_name.pop(one.name) for one in old if one.id not in found and one.name in by_name}
    stay = [(one, found[one.id]) for one in old if one.id in found]
    kept = {one.place for _, one in stay}
    return stay, [one for one in new if one.place not in kept]


class _Merging:
    """``entries`` are those of the new document. No id is given twice, nor one of a field that is gone now."""

    def __init__(self, said: dict[str, Any], last: int) -> None:
        self.entries: dict[str, Any] = {}
        self._said = said
        self._last = last

    def fields(
        self, old: StructOf | None, new: DraftedStruct, taken: tuple[str, ...] = ()
    ) -> list[dict[str, Any]]:
        stay, added = paired(old.fields if old else (), new.fields)
        kept = tuple(one.name for one, _ in stay)
        names = column_names([one.place[-1] for one in added], (*kept, *taken))
        found = [self._kept(was, one) for was, one in stay]
        return found + [self._added(one, name) for one, name in zip(added, names, strict=True)]

    def _kept(self, old: DescribedValue, new: DraftedField) -> dict[str, Any]:
        """A place deeper in the record is one that no model says."""
        place = old.place if len(old.place) > 1 else new.place
        kind = self._type(old.id, old, new.value, _from(place, old.name))
        return _field(old.id, old.name, new, kind)

    def _added(self, new: DraftedField, name: str) -> dict[str, Any]:
        at = self._id()
        return _field(at, name, new, self._type(at, None, new.value, _from(new.place, name)))

    def _type(self, at: int, old: DescribedValue | None, new: DraftedValue, place: dict[str, Any]) -> Any:
        said = self._said_of(old)
        kind, entry = (
            kept_scalar(old, said, new) if isinstance(new, DraftedScalar) else ("", kept_entry(said, new))
        )
        if entry := {**entry, **place}:
            self.entries[str(at)] = entry
        was = old.type if old else None
        match new:
            case DraftedStruct():
                return {
                    "type": "struct",
                    "fields": self.fields(was if isinstance(was, StructOf) else None, new),
                }
            case DraftedList(item):
                return self._list(was.item if isinstance(was, ListOf) else None, item)
            case DraftedMap(value):
                return self._map(was if isinstance(was, MapOf) else None, value)
        return kind

    def _list(self, old: DescribedValue | None, item: DraftedValue) -> dict[str, Any]:
        at = old.id if old else self._id()
        return {
            "type": "list",
            "element-id": at,
            "element": self._type(at, old, item, {}),
            "element-required": old is not None and old.required,
        }

    def _map(self, old: MapOf | None, value: DraftedValue) -> dict[str, Any]:
        key, at = (old.key_id, old.value.id) if old else (self._id(), self._id())
        return {
            "type": "map",
            "key-id": key,
            "key": "string",
            "value-id": at,
            "value": self._type(at, old.value if old else None, value, {}),
            "value-required": old is not None and old.value.required,
        }

    def _said_of(self, old: DescribedValue | None) -> dict[str, Any]:
        found: dict[str, Any] = self._said.get(str(old.id), {}) if old else {}
        return found

    def _id(self) -> int:
        self._last += 1
        return self._last


def _field(at: int, name: str, new: DraftedField, kind: Any) -> dict[str, Any]:
    found = {"id": at, "name": name, "required": new.required, "type": kind}
    return found | ({"doc": new.doc} if new.doc else {})


def _from(place: tuple[str, ...], name: str) -> dict[str, Any]:
    return {} if place == (name,) else {"from": spelled(place)}


def _ids(of: ValueType) -> Iterator[int]:
    match of:
        case StructOf(fields):
            for one in fields:
                yield from (one.id, *_ids(one.type))
        case ListOf(item):
            yield from (item.id, *_ids(item.type))
        case MapOf(key_id, value):
            yield from (key_id, value.id, *_ids(value.type))
