"""What keeps a document from following another one in a dataset: what contract1 7 does not name is not compatible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from waybill_contracts.document import (
    ContractDocument,
    DescribedValue,
    ListOf,
    MapOf,
    Primitive,
    StructOf,
    ValueType,
)
from waybill_contracts.evolution.narrowing import narrowed

FIXED = ("stream", "value", "duplicates", "tombstones", "partition_by", "select", "legacy")
WIDER_EXTRA = {"dead": ("keep", "ignore")}
WIDER_KINDS = {("int", "long"), ("float", "double")}
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


@dataclass(frozen=True)
class Difference:
    """``place`` is a member of the document, or a column by its names. ``narrows``: a value's rules alone."""

    place: str
    found: str
    allowed: str
    narrows: bool = False


def first_difference(
    old: ContractDocument, new: ContractDocument, *, tighten: bool = False
) -> Difference | None:
    """``None`` where ``new`` may follow ``old``; with ``tighten`` also with narrower rules of values."""
    return next((one for one in differences(old, new) if not (tighten and one.narrows)), None)


def differences(old: ContractDocument, new: ContractDocument) -> Iterator[Difference]:
    if new.stream == old.stream:
        if new.version < old.version:
            yield Difference("version", f"{old.version} to {new.version}", "the same version or a higher one")
        elif new.version == old.version and new.text != old.text:
            yield Difference(
                "version", f"{old.version} twice, with other bytes", "a higher version for a change"
            )
    for name in FIXED:
        if getattr(old, name) != getattr(new, name):
            yield Difference(name, "it changed", "the same for the life of a dataset")
    if old.headers and not new.headers:
        yield Difference("headers", "true to false", "false to true")
    if old.key is not None and new.key != old.key:
        yield Difference("key", "it changed", "a key where there was none")
    if new.extra != old.extra and new.extra not in WIDER_EXTRA.get(old.extra, ()):
        yield Difference("extra", f"{old.extra} to {new.extra}", "dead to keep or to ignore")
    if not set(old.ignore) <= set(new.ignore):
        yield Difference("ignore", "a place is gone", "places added")
    yield from _of_structs("", old.root, new.root)


def _of_structs(place: str, old: StructOf, new: StructOf) -> Iterator[Difference]:
    for at, one in enumerate(old.fields):
        inner = f"{place}{one.name}"
        if at >= len(new.fields):
            yield Difference(inner, "the field is gone", "fields added, none removed")
        else:
            yield from _of_values(inner, one, new.fields[at])
    for added in new.fields[len(old.fields) :]:
        if added.required:
            yield Difference(
                f"{place}{added.name}", "a required field was added", "optional fields, added last"
            )


def _of_values(place: str, old: DescribedValue, new: DescribedValue) -> Iterator[Difference]:
    if (old.id, old.name) != (new.id, new.name):
        yield Difference(
            place,
            f"{old.name} with the id {old.id} became {new.name} with {new.id}",
            "the same ids, names and order, and optional fields after them",
        )
        return
    if new.required and not old.required:
        yield Difference(place, "optional to required", "required to optional")
    if old.place != new.place:
        yield Difference(place, "its from changed", "the same place in the record")
    if not _is_same_or_wider(old, new):
        yield Difference(
            place,
            f"{_kind(old.type)} to {_kind(new.type)}",
            "int to long, float to double without bounds, more precision with the same scale",
        )
        return
    if old.wire != new.wire and not (new.wire == "either" and old.wire in ("number", "string")):
        yield Difference(place, f"the wire {old.wire} to {new.wire}", "number or string to either")
    if old.floors and not new.floors:
        yield Difference(place, "beyond_micros is gone", "it added")
    if (keyword := narrowed(old, new)) is not None:
        yield Difference(
            place,
            f"{keyword} lets less through",
            "rules that let more through; narrower ones by `waybill contract publish --tighten`",
            narrows=True,
        )
    yield from _of_parts(place, old.type, new.type)


def _of_parts(place: str, old: ValueType, new: ValueType) -> Iterator[Difference]:
    match old, new:
        case StructOf(), StructOf():
            yield from _of_structs(f"{place}.", old, new)
        case ListOf(), ListOf():
            yield from _of_values(f"{place}.element", old.item, new.item)
        case MapOf(), MapOf():
            if old.key_id != new.key_id:
                yield Difference(f"{place}.key", f"the id {old.key_id} became {new.key_id}", "the same ids")
            yield from _of_values(f"{place}.value", old.value, new.value)


def _is_same_or_wider(old: DescribedValue, new: DescribedValue) -> bool:
    before, after = old.type, new.type
    if not isinstance(before, Primitive) or not isinstance(after, Primitive):
        return type(before) is type(after)
    if before == after:
        return True
    if before.kind == after.kind == "decimal":
        return before.scale == after.scale and before.precision < after.precision
    has_bounds = any(one in old.rules or one in new.rules for one in BOUNDS)
    return (before.kind, after.kind) in WIDER_KINDS and (before.kind == "int" or not has_bounds)


def _kind(of: ValueType) -> str:
    return f"{of.spelling} as {of.meaning}" if isinstance(of, Primitive) and of.meaning else of.spelling
