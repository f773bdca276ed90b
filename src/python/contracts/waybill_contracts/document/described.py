"""A contract document, parsed: what the judge, the comparison and all exports are made from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

Rule: TypeAlias = "int | str | tuple[int | str, ...]"


@dataclass(frozen=True)
class Primitive:
    """A type without parts; ``precision`` and ``scale`` of a decimal, ``meaning`` the ``as`` of a string."""

    kind: str
    precision: int = 0
    scale: int = 0
    meaning: str | None = None

    @property
    def family(self) -> str:
        """What the value table calls it."""
        return self.meaning or self.kind

    @property
    def spelling(self) -> str:
        return f"decimal({self.precision}, {self.scale})" if self.kind == "decimal" else self.kind


@dataclass(frozen=True)
class StructOf:
    fields: tuple[DescribedValue, ...]

    family = "struct"
    spelling = "struct"


@dataclass(frozen=True)
class ListOf:
    item: DescribedValue

    family = "list"
    spelling = "list"


@dataclass(frozen=True)
class MapOf:
    key_id: int
    value: DescribedValue

    family = "map"
    spelling = "map"


ValueType: TypeAlias = "Primitive | StructOf | ListOf | MapOf"


@dataclass(frozen=True)
class DescribedValue:
    """A field of a struct, a list's item or a map's value. ``wire`` is the type's first where none is said."""

    id: int
    name: str
    type: ValueType
    required: bool
    doc: str | None = None
    wire: str = ""
    place: tuple[str, ...] = ()
    rules: dict[str, Rule] = field(default_factory=dict)
    floors: bool = False
    personal: bool = False


@dataclass(frozen=True)
class ValueFormat:
    format: str
    frame: str | None = None
    registry: str | None = None
    schema: str | None = None


@dataclass(frozen=True)
class Choice:
    """``select``: which records are judged at all. ``listed`` is as the document has it: fixed, its order too."""

    by: str
    name: str
    listed: tuple[str, ...]

    @cached_property
    def texts(self) -> frozenset[str]:
        return frozenset(self.listed)


@dataclass(frozen=True)
class FolderKey:
    """One part of ``partition_by``."""

    transform: str
    column: str
    key: str

    @property
    def spelling(self) -> str:
        return f"{self.transform}({self.column})"


@dataclass(frozen=True)
class LegacyTerms:
    """What makes a document judge as 0.1.0 did."""

    fingerprint: str
    partition_key: str


@dataclass(frozen=True)
class ContractDocument:
    """A whole document. ``text`` is its canonical form, whose sha256 is the contract's fingerprint."""

    text: bytes
    stream: str
    version: int
    value: ValueFormat
    root: StructOf
    headers: bool
    duplicates: str
    extra: str
    tombstones: str
    partition_by: tuple[FolderKey, ...]
    id: tuple[str, ...] = ()
    time: str | None = None
    key: ValueFormat | None = None
    select: Choice | None = None
    ignore: tuple[tuple[str, ...], ...] = ()
    legacy: LegacyTerms | None = None

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text).hexdigest()

    @cached_property
    def columns(self) -> dict[str, DescribedValue]:
        return {one.name: one for one in self.root.fields}
