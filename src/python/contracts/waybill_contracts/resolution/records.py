"""A struct of the contract against a writer's record: where each column's field lies, and which fields have no column.

A column takes the field of its name, or of its ``from``; where the record has none, the field that was called so
before, by its aliases. A record has no field that is absent: a column that finds none has no value in any datum.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from waybill_contracts.avro import AvroType, RecordField, RecordType, UnionType, idle_value, is_null
from waybill_contracts.document import DescribedValue, StructOf
from waybill_contracts.resolution.described_values import RecordCheck, value_check
from waybill_contracts.types import (
    MISSING_FIELD,
    WRONG_TYPE,
    NestedCheck,
    Notes,
    Places,
    Where,
    places_of,
)

MOST_STEPS = 100
"""No datum is deeper."""

Told: TypeAlias = "set[tuple[str, ...]]"
"""Ways of this struct that lead through no record, which is told once."""

Reach: TypeAlias = Callable[[Any, Where, Notes, Told], Any]
Rest: TypeAlias = Callable[[Any, Where, Notes], None]


class RecordChecks:
    """Each record is put together with each struct once: unions of records that hold such unions would else double with
    every level."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], NestedCheck] = {}

    def check(self, of: RecordType, struct: StructOf) -> NestedCheck:
        """Of the record's values, as ``DatumReader`` has them. Whoever asks keeps both."""
        known = self._known.get((id(of), id(struct)))
        return known or self._known.setdefault((id(of), id(struct)), _record_check(of, struct, self.check))


class _KnownWays:
    """What was put together on the ways of one struct's columns, each once for the same reason. ``record`` makes the
    check of a struct that a way leads to.
    """

    def __init__(self, record: RecordCheck) -> None:
        self.record = record
        self.reaches: dict[tuple[int, int, tuple[str, ...]], Reach] = {}
        self.rests: dict[tuple[int, int], Rest | None] = {}


def _record_check(of: RecordType, struct: StructOf, record: RecordCheck) -> NestedCheck:
    """Columns in the contract's order, then what has none."""
    places, known = places_of(struct), _KnownWays(record)
    taken = taken_fields(of, places)
    columns = [_into(of, taken, places, one.place, one, (), known) for one in struct.fields]
    rest = _rest(of, places, known)

    def checked(value: Any, where: Where, notes: Notes) -> Any:
        told: Told = set()
        found = [one(value, where, notes, told) for one in columns]
        if rest is not None:
            rest(value, where, notes)
        return found

    return checked


def _reach(
    of: AvroType,
    places: Places | None,
    place: tuple[str, ...],
    column: DescribedValue,
    way: tuple[str, ...],
    known: _KnownWays,
) -> Reach:
    """``place`` is what is left of the column's, ``way`` what came before; ``places`` are those of all columns here."""
    if places is None:
        check = value_check(of, column, known.record)
        return lambda value, where, notes, _told: check(value, where, notes)
    if isinstance(of, UnionType):
        beside = of.beside_null
        if beside is not None:
            return _reach(beside, places, place, column, way, known)
        branches = [_reach(one, places, place, column, way, known) for one in of.branches]
        return lambda value, where, notes, told: branches[value[0]](value[1], where, notes, told)
    absent = _absent(place, is_required=column.required)
    if is_null(of) or len(way) > MOST_STEPS:
        return absent
    if isinstance(of, RecordType):
        key = id(of), id(column), way
        return known.reaches.get(key) or known.reaches.setdefault(
            key, _into(of, taken_fields(of, places), places, place, column, way, known)
        )

    def wrong(value: Any, where: Where, notes: Notes, told: Told) -> Any:
        if value is None:
            return absent(value, where, notes, told)
        if way not in told:
            told.add(way)
            notes.tell(where, WRONG_TYPE)
        return None

    return wrong


def _into(
    of: RecordType,
    taken: dict[str, int],
    places: Places,
    place: tuple[str, ...],
    column: DescribedValue,
    way: tuple[str, ...],
    known: _KnownWays,
) -> Reach:
    token = place[0]
    at, absent = taken.get(token), _absent(place, is_required=column.required)
    if at is None:
        return absent
    field, slot = of.fields[at], of.slots[at]
    inner = _reach(field.type, places[token], place[1:], column, (*way, token), known)
    if slot is None:
        nothing = idle_value(field.type)
        return lambda value, where, notes, told: (
            absent(value, where, notes, told)
            if value is None
            else inner(nothing, (where, token), notes, told)
        )
    return lambda value, where, notes, told: (
        absent(value, where, notes, told)
        if value is None
        else inner(value[slot], (where, token), notes, told)
    )


def _absent(place: tuple[str, ...], *, is_required: bool) -> Reach:
    def absent(_value: Any, where: Where, notes: Notes, _told: Told) -> Any:
        if is_required:
            for token in place:
                where = (where, token)
            notes.tell(where, MISSING_FIELD)

    return absent


def taken_fields(of: RecordType, places: Places) -> dict[str, int]:
    """Which field each token of the contract's means: the one of its name, else one that no token names, by a name
    that it had."""
    names = {one.name: at for at, one in enumerate(of.fields)}
    found = {token: names[token] for token in places if token in names}
    for token in places:
        if token in found:
            continue
        before = (at for at, one in enumerate(of.fields) if token in one.aliases and at not in found.values())
        at = next(before, None)
        if at is not None:
            found[token] = at
    return found


def _rest(of: AvroType, places: Places, known: _KnownWays) -> Rest | None:
    """Tells the fields that no column takes, in the record's order; ``None`` where there are none."""
    if isinstance(of, UnionType):
        return _rest_of_union(of, places, known)
    if not isinstance(of, RecordType):
        return None
    key = id(of), id(places)
    if key not in known.rests:
        known.rests[key] = _rest_of_record(of, places, known)
    return known.rests[key]


def _rest_of_record(of: RecordType, places: Places, known: _KnownWays) -> Rest | None:
    taken = {at: token for token, at in taken_fields(of, places).items()}
    steps = [
        step
        for at, one in enumerate(of.fields)
        if (step := _rest_of_field(one, of.slots[at], places, taken.get(at), known)) is not None
    ]
    if not steps:
        return None

    def tell(value: Any, where: Where, notes: Notes) -> None:
        if value is not None:
            for step in steps:
                step(value, where, notes)

    return tell


def _rest_of_field(
    field: RecordField, slot: int | None, places: Places, token: str | None, known: _KnownWays
) -> Rest | None:
    """``token`` is what the contract calls it, if it does."""
    name = field.name
    if token is None:
        return lambda _value, where, notes: notes.unknown(where, name, None)
    further = places[token]
    inner = None if further is None else _rest(field.type, further, known)
    if inner is None:
        return None
    if slot is None:
        nothing = idle_value(field.type)
        return lambda _value, where, notes: inner(nothing, (where, token), notes)
    return lambda value, where, notes: inner(value[slot], (where, token), notes)


def _rest_of_union(of: UnionType, places: Places, known: _KnownWays) -> Rest | None:
    if of.beside_null is not None:
        return _rest(of.beside_null, places, known)
    branches = [_rest(one, places, known) for one in of.branches]
    if not any(branches):
        return None

    def tell(value: Any, where: Where, notes: Notes) -> None:
        inner = branches[value[0]]
        if inner is not None:
            inner(value[1], where, notes)

    return tell
