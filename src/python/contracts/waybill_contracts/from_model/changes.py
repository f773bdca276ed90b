"""What differs between two documents, field by field, for people. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator

from waybill_contracts.document import (
    ContractDocument,
    DescribedValue,
    ListOf,
    MapOf,
    Primitive,
    StructOf,
    spelled,
)


def changes(old: ContractDocument, new: ContractDocument) -> Iterator[str]:
    """A sentence's part for each field that is new, gone or said otherwise."""
    before, after = dict(_values("", old.root)), dict(_values("", new.root))
    for at, (name, one) in after.items():
        if at not in before:
            yield f"{name} is new: {_kind(one)}, {_required(one)}, with the id {at}"
            continue
        for what, was, now in _differences(before[at][1], one):
            yield f"{name}: {what} {was} to {now}"
    yield from (f"{name} is gone, with its id {at}" for at, (name, _) in before.items() if at not in after)


def _differences(old: DescribedValue, new: DescribedValue) -> Iterator[tuple[str, str, str]]:
    said = {
        "the name": (old.name, new.name),
        "the type": (_kind(old), _kind(new)),
        "it goes from": (_required(old), _required(new)),
        "its place": (spelled(old.place), spelled(new.place)),
        # Of another type the wires are others too.
        "the wire": (old.wire, new.wire) if old.wire and new.wire else ("", ""),
        "its words": (_text(old.doc), _text(new.doc)),
    }
    rules = dict.fromkeys((*old.rules, *new.rules))
    said |= {one: (_text(old.rules.get(one)), _text(new.rules.get(one))) for one in rules}
    yield from ((what, was, now) for what, (was, now) in said.items() if was != now)


def _values(place: str, of: StructOf) -> Iterator[tuple[int, tuple[str, DescribedValue]]]:
    """By their ids, with their names from the root on."""
    for one in of.fields:
        yield from _value(f"{place}{one.name}", one)


def _value(name: str, one: DescribedValue) -> Iterator[tuple[int, tuple[str, DescribedValue]]]:
    yield one.id, (name, one)
    match one.type:
        case StructOf():
            yield from _values(f"{name}.", one.type)
        case ListOf(item):
            yield from _value(f"{name}.element", item)
        case MapOf(_, value):
            yield from _value(f"{name}.value", value)


def _kind(one: DescribedValue) -> str:
    is_meant = isinstance(one.type, Primitive) and one.type.meaning
    return one.type.family if is_meant else one.type.spelling


def _required(one: DescribedValue) -> str:
    return "required" if one.required else "optional"


def _text(value: object) -> str:
    return "none" if value is None else json.dumps(value, ensure_ascii=False)
