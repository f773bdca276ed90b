"""Structs: fields in the contract's order, then what no field describes, in the record's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from waybill_contracts.scanning import Repeated
from waybill_contracts.types.containers import NestedCheck
from waybill_contracts.types.misfit import DUPLICATE_FIELD, WRONG_TYPE, Check, Misfit
from waybill_contracts.types.notes import Notes, Where

ABSENT: Final = object()
_TOLD: Final = object()

Places: TypeAlias = "dict[str, Places | None]"
"""Which members are described: fields, and objects on the way to fields."""


@dataclass(frozen=True)
class FieldCheck:
    """``scalar`` is the check of a value without parts, else ``nested`` is. ``null`` and ``absent`` say what is wrong
    with a record that has no value there, if anything is."""

    place: tuple[str, ...]
    scalar: Check | None
    nested: NestedCheck | None
    null: Misfit | None
    absent: Misfit | None


def struct_check(fields: tuple[FieldCheck, ...], places: Places, *, last_counts: bool) -> NestedCheck:
    """``last_counts``: of a name that stands twice the last is judged, as 0.1.0 did."""
    walk = _walk(fields, places, last_counts=last_counts)
    if any(len(one.place) > 1 for one in fields):
        return walk
    plain = tuple((one.place[0], one.scalar, one.nested, one.null, one.absent) for one in fields)

    def checked(token: Any, where: Where, notes: Notes) -> Any:
        """The usual case: every field is a member of this very object, and no name stands twice."""
        if token.__class__ is not dict:
            return walk(token, where, notes)
        get = token.get
        known = 0
        values: list[Any] = []
        add = values.append
        for name, scalar, nested, null, absent in plain:
            value = get(name, ABSENT)
            if value is ABSENT:
                if absent is not None:
                    notes.tell((where, name), absent)
                add(None)
                continue
            known += 1
            if value is not None:
                if scalar is None:
                    value = nested(value, (where, name), notes)  # type: ignore[misc]  # one of the two is there
                else:
                    value = scalar(value)
                    if value.__class__ is Misfit:
                        notes.tell((where, name), value)
            if value is None and null is not None:
                notes.tell((where, name), null)
            add(value)
        if known != len(token):
            _tell_rest(token, places, where, notes, last_counts=last_counts)
        return values

    return checked


def _walk(fields: tuple[FieldCheck, ...], places: Places, *, last_counts: bool) -> NestedCheck:
    def checked(token: Any, where: Where, notes: Notes) -> Any:
        if not isinstance(token, dict):
            notes.tell(where, WRONG_TYPE)
            return WRONG_TYPE
        reached: dict[tuple[str, ...], tuple[Any, Where]] = {(): (token, where)}
        values = [_field(one, reached, notes, last_counts=last_counts) for one in fields]
        _tell_rest(token, places, where, notes, last_counts=last_counts)
        return values

    return checked


def _field(
    field: FieldCheck, reached: dict[tuple[str, ...], tuple[Any, Where]], notes: Notes, *, last_counts: bool
) -> Any:
    *way, name = field.place
    around, outer = _reach(tuple(way), reached, notes, last_counts=last_counts)
    if around is _TOLD or (around is not ABSENT and _is_twice(around, name, last_counts=last_counts)):
        return None
    where = (outer, name)
    token = ABSENT if around is ABSENT else around.get(name, ABSENT)
    if token is ABSENT:
        if field.absent is not None:
            notes.tell(where, field.absent)
        return None
    value = token
    if token is not None:
        if field.scalar is None:
            value = field.nested(token, where, notes)  # type: ignore[misc]  # one of the two is there
        else:
            value = field.scalar(token)
            if value.__class__ is Misfit:
                notes.tell(where, value)
    if value is None and field.null is not None:
        notes.tell(where, field.null)
    return value


def _reach(
    way: tuple[str, ...],
    reached: dict[tuple[str, ...], tuple[Any, Where]],
    notes: Notes,
    *,
    last_counts: bool,
) -> tuple[Any, Where]:
    """The object on the way to a field, with its place."""
    if way in reached:
        return reached[way]
    around, outer = _reach(way[:-1], reached, notes, last_counts=last_counts)
    name = way[-1]
    where = (outer, name)
    found = around
    if around is not ABSENT and around is not _TOLD:
        found = around.get(name)
        if _is_twice(around, name, last_counts=last_counts):
            found = _TOLD
        elif found is None:
            found = ABSENT
        elif not isinstance(found, dict):
            notes.tell(where, WRONG_TYPE)
            found = _TOLD
    reached[way] = found, where
    return reached[way]


def _is_twice(around: dict[str, Any], name: str, *, last_counts: bool) -> bool:
    return not last_counts and isinstance(around, Repeated) and name in around.repeated


def _tell_rest(
    token: dict[str, Any], places: Places, where: Where, notes: Notes, *, last_counts: bool
) -> None:
    for name, value in token.items():
        if _is_twice(token, name, last_counts=last_counts):
            notes.tell((where, name), DUPLICATE_FIELD)
        elif name not in places:
            notes.unknown(where, name, value)
        elif (inner := places[name]) is not None and isinstance(value, dict):
            _tell_rest(value, inner, (where, name), notes, last_counts=last_counts)
