"""A writer's schema as the decoder has it: one node for each type. Named types may contain themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias


@dataclass(frozen=True)
class Logical:
    """A logical type that its type can have; others say nothing, as Avro has it."""

    name: str
    precision: int = 0
    scale: int = 0


@dataclass(frozen=True, eq=False)
class PlainType:
    """null, boolean, int, long, float, double, bytes or string."""

    kind: str
    logical: Logical | None = None


@dataclass(frozen=True, eq=False)
class FixedType:
    name: str
    size: int
    logical: Logical | None = None


@dataclass(frozen=True, eq=False)
class EnumType:
    name: str
    symbols: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ArrayType:
    items: AvroType


@dataclass(frozen=True, eq=False)
class MapType:
    values: AvroType


@dataclass(frozen=True, eq=False)
class UnionType:
    branches: tuple[AvroType, ...]

    @property
    def beside_null(self) -> AvroType | None:
        """What the value is if it is not null, where that is one type."""
        kinds = [one for one in self.branches if not is_null(one)]
        return kinds[0] if len(kinds) == 1 and len(self.branches) == 2 else None


@dataclass(frozen=True, eq=False)
class RecordField:
    name: str
    type: AvroType
    aliases: tuple[str, ...] = ()


@dataclass(eq=False)
class RecordType:
    """``said`` are its members that are texts, ``name`` its full one. Fields are there once all of it is read, and
    then ``is_idle``: whether its values take no bytes."""

    name: str
    said: dict[str, str]
    fields: tuple[RecordField, ...] = field(default=(), repr=False)
    is_idle: bool = False

    @property
    def slots(self) -> tuple[int | None, ...]:
        """Of each field its place in a decoded record, which has none for what takes no bytes."""
        places = count()
        return tuple(None if takes_no_bytes(one.type) else next(places) for one in self.fields)


AvroType: TypeAlias = "PlainType | FixedType | EnumType | ArrayType | MapType | UnionType | RecordType"


def takes_no_bytes(of: AvroType) -> bool:
    """Whether a value of the type is encoded in none, so that a count alone may claim any number of them."""
    match of:
        case PlainType(kind=kind):
            return kind == "null"
        case FixedType(size=size):
            return size == 0
        case RecordType(is_idle=is_idle):
            return is_idle
    return False


def is_null(of: AvroType) -> bool:
    return isinstance(of, PlainType) and of.kind == "null"
