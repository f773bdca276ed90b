"""From a value of a writer's type to a described one: null, unions, lists, maps; what has no parts is a leaf's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from waybill_contracts.avro import ArrayType, AvroType, MapType, RecordType, UnionType
from waybill_contracts.document import DescribedValue, ListOf, MapOf, Primitive, StructOf
from waybill_contracts.resolution.promoted import leaf_check
from waybill_contracts.types import (
    DUPLICATE_FIELD,
    MISSING_FIELD,
    WRONG_TYPE,
    Check,
    Misfit,
    NestedCheck,
    Notes,
    Where,
    rules_of,
)

RecordCheck = Callable[[RecordType, StructOf], NestedCheck]
"""What makes the check of a struct against a writer's record."""


def value_check(of: AvroType, column: DescribedValue, record: RecordCheck) -> NestedCheck:
    """Of values as ``DatumReader`` has them. A branch of a union that is no value of the column is told where it is
    met: the others are as good as ever."""
    if isinstance(of, UnionType):
        beside = of.beside_null
        if beside is not None:
            return value_check(beside, column, record)
        branches = [value_check(one, column, record) for one in of.branches]
        return lambda value, where, notes: branches[value[0]](value[1], where, notes)
    return _or_null(_present(of, column, record), column)


def _or_null(check: NestedCheck, column: DescribedValue) -> NestedCheck:
    """JSON in a text may be null, too."""
    is_required = column.required

    def checked(value: Any, where: Where, notes: Notes) -> Any:
        found = None if value is None else check(value, where, notes)
        if found is None and is_required:
            notes.tell(where, MISSING_FIELD)
        return found

    return checked


def _present(of: AvroType, column: DescribedValue, record: RecordCheck) -> NestedCheck:
    match column.type:
        case Primitive():
            leaf = None if isinstance(of, ArrayType | MapType | RecordType) else leaf_check(of, column)
            return _telling(leaf) if leaf else _wrong
        case StructOf():
            return record(of, column.type) if isinstance(of, RecordType) else _wrong
        case ListOf(item):
            return _list(value_check(of.items, item, record), column) if isinstance(of, ArrayType) else _wrong
        case MapOf(value=each):
            return _map(value_check(of.values, each, record), column) if isinstance(of, MapType) else _wrong


def _wrong(_value: Any, where: Where, notes: Notes) -> Any:
    notes.tell(where, WRONG_TYPE)
    return WRONG_TYPE


def _telling(check: Check) -> NestedCheck:
    def checked(value: Any, where: Where, notes: Notes) -> Any:
        found = check(value)
        if found.__class__ is Misfit:
            notes.tell(where, found)
        return found

    return checked


def _list(item: NestedCheck, column: DescribedValue) -> NestedCheck:
    rules = rules_of(column)

    def checked(value: Any, where: Where, notes: Notes) -> Any:
        notes.tell_rules(where, value, rules)
        return [item(one, (where, str(at)), notes) for at, one in enumerate(value)]

    return checked


def _map(each: NestedCheck, column: DescribedValue) -> NestedCheck:
    """Pairs in the order of the keys' UTF-8, which is that of their code points. Avro lets a key stand twice."""
    rules = rules_of(column)

    def checked(value: Any, where: Where, notes: Notes) -> Any:
        last = dict(value)
        notes.tell_rules(where, last, rules)
        twice = _twice(value) if len(last) < len(value) else frozenset()
        found = []
        for key, one in last.items():
            if key in twice:
                notes.tell((where, key), DUPLICATE_FIELD)
            else:
                found.append((key, each(one, (where, key), notes)))
        return sorted(found, key=lambda pair: pair[0])

    return checked


def _twice(pairs: list[tuple[str, Any]]) -> frozenset[str]:
    seen: set[str] = set()
    return frozenset(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
