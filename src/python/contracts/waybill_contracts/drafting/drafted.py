"""A contract before it is a document: values with their types, fields with the names of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True)
class DraftedScalar:
    """``entry`` is what ``fields`` says of it beside its place: ``as``, ``wire``, ``rules``, ``beyond_micros``."""

    kind: str
    entry: Mapping[str, Any] = field(default_factory=dict)

    @property
    def family(self) -> str:
        return str(self.entry.get("as", self.kind.partition("(")[0]))


@dataclass(frozen=True)
class DraftedList:
    item: DraftedValue
    entry: Mapping[str, Any] = field(default_factory=dict)

    family = "list"


@dataclass(frozen=True)
class DraftedMap:
    value: DraftedValue
    entry: Mapping[str, Any] = field(default_factory=dict)

    family = "map"


@dataclass(frozen=True)
class DraftedStruct:
    fields: tuple[DraftedField, ...]

    family = "struct"
    entry: Mapping[str, Any] = field(default_factory=dict)


DraftedValue: TypeAlias = "DraftedScalar | DraftedList | DraftedMap | DraftedStruct"


@dataclass(frozen=True)
class DraftedField:
    """``place`` begins at the struct around it."""

    place: tuple[str, ...]
    name: str
    value: DraftedValue
    required: bool = False
    doc: str | None = None


JSON = DraftedScalar("string", {"as": "json"})
"""Any value, as the record has it: where nothing narrower is known to be right."""

STRING = DraftedScalar("string")
UUID = DraftedScalar("string", {"as": "uuid"})
TIME_OF_DAY = DraftedScalar("string", {"as": "time"})

STRUCT_ADDS, CONTAINER_ADDS = 1, 3
"""How much deeper lies what is in a struct, in a list or map."""
