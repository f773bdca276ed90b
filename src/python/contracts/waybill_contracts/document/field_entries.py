"""``fields``: what is said of a value beyond Iceberg's schema, by its id."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from waybill_contracts.document.described import DescribedValue, ListOf, MapOf, Primitive, StructOf, ValueType
from waybill_contracts.document.keywords import read_rules
from waybill_contracts.document.pointers import spelled, tokens_of
from waybill_contracts.document.reading_members import MemberPlace, a_text, a_word, an_object
from waybill_contracts.document.refusal import refuse, refuse_word, shown
from waybill_contracts.document.wires import LEGACY_WIRE, WIRES, first_wire, other_wires

MEMBERS = ("as", "beyond_micros", "from", "personal", "rules", "wire")
OF_A_COLUMN = ("personal", "rules")
"""What can be said of the one column of text and binary."""

MEANINGS = ("json", "time", "uuid")

_id = re.compile(r"[1-9][0-9]{0,9}").fullmatch


class EntryReader:
    """Puts entries on the described values. ``members`` are those that this value format knows, ``has_slices`` whether
    it has texts of its own that JSON can be kept as."""

    def __init__(
        self, place: MemberPlace, entries: Any, *, members: tuple[str, ...], legacy: bool, has_slices: bool
    ) -> None:
        if not isinstance(entries, dict):
            raise refuse(place, f"{shown(entries)} is no object", "an object, by field id")
        self._place = place
        self._entries = entries
        self._members = members
        self._legacy = legacy
        self._has_slices = has_slices

    def check_ids(self, ids: set[int], key_ids: set[int]) -> None:
        known = {str(one) for one in ids - key_ids}
        for one in self._entries:
            if one in known:
                continue
            if _id(one) and int(one) in key_ids:
                raise refuse((*self._place, one), "nothing can be said of a map's key", "ids of other values")
            raise refuse(
                (*self._place, one), f"no field has the id {shown(one)}", ", ".join(sorted(known, key=int))
            )

    def struct(self, of: StructOf) -> StructOf:
        fields = tuple(self.value(one, in_a_struct=True) for one in of.fields)
        self._check_places(fields)
        return StructOf(fields)

    def type(self, of: ValueType) -> ValueType:
        match of:
            case StructOf():
                return self.struct(of)
            case ListOf(item):
                return ListOf(self.value(item, in_a_struct=False))
            case MapOf(key_id, value):
                return MapOf(key_id, self.value(value, in_a_struct=False))
        return of

    def value(self, of: DescribedValue, *, in_a_struct: bool) -> DescribedValue:
        place = (*self._place, str(of.id))
        entry = self._entries.get(str(of.id))
        if entry is None and str(of.id) not in self._entries:
            kind = self.type(of.type)
            return replace(of, type=kind, wire=first_wire(kind), place=(of.name,))
        an_object(place, entry, always=(), maybe=self._members)
        if not entry:
            raise refuse(place, "nothing is said", "an entry that says something, or none")
        kind = self._meant((*place, "as"), of.type, entry)
        return replace(
            of,
            type=kind,
            wire=self._wire((*place, "wire"), kind, entry),
            place=self._from((*place, "from"), of, entry, in_a_struct=in_a_struct),
            rules=read_rules((*place, "rules"), entry["rules"], kind) if "rules" in entry else {},
            floors=self._floors((*place, "beyond_micros"), kind, entry),
            personal=self._personal((*place, "personal"), entry),
        )

    def _meant(self, place: MemberPlace, of: ValueType, entry: dict[str, Any]) -> ValueType:
        if "as" not in entry:
            return self.type(of)
        meaning = a_word(place, entry["as"], "the meaning", MEANINGS)
        if not isinstance(of, Primitive) or of.kind != "string":
            raise refuse(place, f"a {of.spelling} is no {meaning}", "as on a string")
        return replace(of, meaning=meaning)

    def _wire(self, place: MemberPlace, of: ValueType, entry: dict[str, Any]) -> str:
        first = first_wire(of)
        if "wire" not in entry:
            if first == "slice" and not self._has_slices:
                raise refuse(place, "Avro has no JSON but in a text", 'the wire "string" on JSON')
            return first
        others = other_wires(of, legacy=self._legacy)
        wire = entry["wire"]
        if isinstance(wire, str) and (wire == first or wire in _ALL_WIRES) and wire not in others:
            raise refuse(
                place,
                f"{shown(wire)} is not to be said here",
                ", ".join(others) or f"no wire on a {of.family}",
            )
        if not isinstance(wire, str) or wire not in others:
            raise refuse_word(place, "the wire", wire, others)
        return wire

    def _from(
        self, place: MemberPlace, of: DescribedValue, entry: dict[str, Any], *, in_a_struct: bool
    ) -> tuple[str, ...]:
        if "from" not in entry:
            return (of.name,)
        if not in_a_struct:
            raise refuse(place, "an item has no place of its own", "from on fields of structs")
        tokens = tokens_of(a_text(place, entry["from"]))
        if tokens is None or tokens == (of.name,):
            raise refuse(
                place, f"{shown(entry['from'])} is no place but the column's name", "a JSON Pointer elsewhere"
            )
        return tokens

    def _floors(self, place: MemberPlace, of: ValueType, entry: dict[str, Any]) -> bool:
        if "beyond_micros" not in entry:
            return False
        a_word(place, entry["beyond_micros"], "the way", ("floor",))
        if of.family not in ("timestamp", "timestamptz"):
            raise refuse(
                place, f"a {of.family} has no digits beyond microseconds", "it on timestamp and timestamptz"
            )
        return True

    def _personal(self, place: MemberPlace, entry: dict[str, Any]) -> bool:
        if "personal" in entry and entry["personal"] is not True:
            raise refuse(place, f"{shown(entry['personal'])} is not true", "true, left out where it is not")
        return "personal" in entry

    def _check_places(self, fields: tuple[DescribedValue, ...]) -> None:
        """No two share a place or lie on each other's way."""
        taken: dict[tuple[str, ...], DescribedValue] = {}
        ways: dict[tuple[str, ...], DescribedValue] = {}
        for one in fields:
            before = [one.place[:length] for length in range(1, len(one.place))]
            other = (
                taken.get(one.place)
                or ways.get(one.place)
                or next(filter(None, map(taken.get, before)), None)
            )
            if other is not None:
                raise refuse(
                    (*self._place, str(one.id), "from"),
                    f"{one.name} lies at {spelled(one.place)}, {other.name} at {spelled(other.place)}",
                    "places of their own, none on another's way",
                )
            taken[one.place] = one
            ways.update(dict.fromkeys(before, one))


_ALL_WIRES = frozenset((LEGACY_WIRE, *(wire for wires in WIRES.values() for wire in wires[1:])))
