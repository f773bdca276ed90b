"""What a document's records look like as JSON: objects, lists, and values that have columns, or have none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from waybill_contracts.document import ContractDocument, DescribedValue, ListOf, MapOf, Primitive, StructOf


@dataclass(frozen=True)
class ValuePlan:
    """A value without parts, of a column."""

    described: DescribedValue


@dataclass(frozen=True)
class ListPlan:
    described: DescribedValue
    item: Plan


@dataclass(frozen=True)
class AnyPlan:
    """Whatever JSON it is: a member that no field describes, or a column of JSON."""

    described: DescribedValue | None = None


@dataclass(frozen=True)
class MapPlan:
    """None but null is read here."""

    described: DescribedValue


@dataclass(frozen=True)
class ObjectPlan:
    """``described`` is ``None`` for the record itself and for an object on the way to fields."""

    described: DescribedValue | None
    members: dict[str, Plan] = field(default_factory=dict)
    others: Others = field(default_factory=lambda: Others("dead", frozenset()))


@dataclass(frozen=True)
class Others:
    """What becomes of members that no field describes: ``extra`` is the contract's, but for names that are ``ignored``;
    ``at`` is the place of the object, ``None`` in a list, where a pointer holds the item's number."""

    extra: str
    ignored: frozenset[str]
    at: tuple[str, ...] | None = ()

    def fate(self, name: str) -> str:
        return "ignore" if name in self.ignored else self.extra


Plan: TypeAlias = "ValuePlan | ListPlan | ObjectPlan | AnyPlan | MapPlan"

ANY = AnyPlan()


def plan_of(document: ContractDocument) -> ObjectPlan | None:
    """``None`` where no record of the contract is read here."""
    if document.value.format != "json":
        return None
    root = _members(None, [(one.place, one) for one in document.root.fields], document, ())
    choice = document.select
    if choice is not None and choice.by == "field":
        chosen = root.members.get(choice.name, ANY)
        if not isinstance(chosen, ValuePlan | AnyPlan):
            return None
    # To 0.1.0 what is absent is not null.
    is_flat = all(isinstance(one, ValuePlan) for one in root.members.values())
    return root if is_flat or document.legacy is None else None


def _members(
    described: DescribedValue | None,
    fields: list[tuple[tuple[str, ...], DescribedValue]],
    document: ContractDocument,
    at: tuple[str, ...] | None,
) -> ObjectPlan:
    members: dict[str, Plan] = {}
    for name in dict.fromkeys(place[0] for place, _ in fields):
        inner = [(place[1:], one) for place, one in fields if place[0] == name]
        below = None if at is None else (*at, name)
        is_field = not inner[0][0]
        members[name] = (
            _plan(inner[0][1], document, below) if is_field else _members(None, inner, document, below)
        )
    return ObjectPlan(described, members, _others(document, at))


def _others(document: ContractDocument, at: tuple[str, ...] | None) -> Others:
    if at is None:
        return Others(document.extra, frozenset(), at)
    if any(at[: len(one)] == one for one in document.ignore):
        return Others("ignore", frozenset(), at)
    return Others(document.extra, frozenset(one[-1] for one in document.ignore if one[:-1] == at), at)


def _plan(described: DescribedValue, document: ContractDocument, at: tuple[str, ...] | None) -> Plan:
    match described.type:
        case StructOf(fields):
            return _members(described, [(one.place, one) for one in fields], document, at)
        case ListOf(item):
            return ListPlan(described, _plan(item, document, None))
        case MapOf():
            return MapPlan(described)
        case Primitive(meaning="json") if described.wire != "string":
            return AnyPlan(described)
    return ValuePlan(described)
