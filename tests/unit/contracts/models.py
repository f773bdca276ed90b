"""Models of records that a seed says, as what is drafted of them; and a stream's folder with a contract.py."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from stream_folders import write_folder

from waybill_contracts.document import ContractDocument, ListOf, MapOf, StructOf, ValueType
from waybill_contracts.drafting import (
    DraftedField,
    DraftedList,
    DraftedMap,
    DraftedScalar,
    DraftedStruct,
    DraftedValue,
    column_names,
)
from waybill_contracts.drafting.laying_out import laid_out

SCALARS = (
    DraftedScalar("boolean"),
    DraftedScalar("long"),
    DraftedScalar("long", {"rules": {"minimum": "0"}}),
    DraftedScalar("double"),
    DraftedScalar("decimal(38, 2)", {"wire": "either"}),
    DraftedScalar("timestamptz"),
    DraftedScalar("date"),
    DraftedScalar("string"),
    DraftedScalar("string", {"rules": {"maxLength": 5}}),
    DraftedScalar("string", {"as": "uuid"}),
    DraftedScalar("string", {"as": "json"}),
)
NAMES = ("id", "a", "b", "c-d", "c_d", "C_D", "é", "kafka_x", "1", "created_at_day")
"""Some of them are no columns' names, or make the same one."""


def struct(chance: random.Random, deep: int = 2) -> DraftedStruct:
    names = chance.sample(NAMES, chance.randint(1, 5))
    return DraftedStruct(tuple(_field(chance, name, deep) for name in names))


def changed(chance: random.Random, of: DraftedStruct, deep: int = 2) -> DraftedStruct:
    """Fields gone, fields added, in another order, of other types."""
    fields = [_changed(chance, one, deep) for one in of.fields if chance.random() < 0.8]
    known = {one.place[-1] for one in fields}
    fields += [_field(chance, name, deep) for name in NAMES if name not in known and chance.random() < 0.2]
    chance.shuffle(fields)
    return DraftedStruct(tuple(fields or of.fields))


def _field(chance: random.Random, name: str, deep: int) -> DraftedField:
    return DraftedField((name,), name, _value(chance, deep), chance.random() < 0.5)


def _changed(chance: random.Random, one: DraftedField, deep: int) -> DraftedField:
    value = one.value
    if chance.random() < 0.2:
        value = _value(chance, deep)
    elif isinstance(value, DraftedStruct):
        value = changed(chance, value, deep - 1)
    elif isinstance(value, DraftedList) and isinstance(value.item, DraftedStruct):
        value = DraftedList(changed(chance, value.item, deep - 1))
    return DraftedField(one.place, one.name, value, chance.random() < 0.5)


def _value(chance: random.Random, deep: int) -> DraftedValue:
    kind = chance.randint(0, 6) if deep else 0
    match kind:
        case 1:
            return struct(chance, deep - 1)
        case 2:
            return DraftedList(_value(chance, deep - 1))
        case 3:
            return DraftedMap(_value(chance, deep - 1))
    return chance.choice(SCALARS)


def grown(chance: random.Random, of: DraftedStruct, name: str) -> DraftedStruct:
    """An optional field more, anywhere."""
    fields = [*of.fields, DraftedField((name,), name, _value(chance, 1))]
    chance.shuffle(fields)
    return DraftedStruct(tuple(fields))


def first_of(of: DraftedStruct) -> ContractDocument:
    """The first document, as `contract init` lays it out."""
    members = {"value": {"format": "json"}, "headers": False, "tombstones": "dead", "extra": "keep"}
    return laid_out("s", _with_columns(of), {**members, "partition_by": []})


def _with_columns(of: DraftedStruct) -> DraftedStruct:
    names = column_names([one.place[-1] for one in of.fields])
    return DraftedStruct(
        tuple(
            DraftedField(one.place, name, _named(one.value), one.required)
            for one, name in zip(of.fields, names, strict=True)
        )
    )


def _named(value: DraftedValue) -> DraftedValue:
    match value:
        case DraftedStruct():
            return _with_columns(value)
        case DraftedList(item):
            return DraftedList(_named(item))
        case DraftedMap(inner):
            return DraftedMap(_named(inner))
    return value


def places(of: ContractDocument) -> dict[int, tuple[str, ...]]:
    """Where each id stands, by names from the root on."""
    return dict(_places((), of.root))


def _places(at: tuple[str, ...], of: ValueType) -> Iterator[tuple[int, tuple[str, ...]]]:
    match of:
        case StructOf(fields):
            for one in fields:
                yield one.id, (*at, one.name)
                yield from _places((*at, one.name), one.type)
        case ListOf(item):
            yield item.id, (*at, "element")
            yield from _places((*at, "element"), item.type)
        case MapOf(key_id, value):
            yield key_id, (*at, "key")
            yield value.id, (*at, "value")
            yield from _places((*at, "value"), value.type)


def with_model(folders: Path, name: str, source: str, contract: bytes | None = None, **samples: str) -> Path:
    """A stream's folder with a contract.py."""
    folder = write_folder(folders, name, 'topic = "shop.sales"\n', contract, **samples)
    write_model(folder, source)
    return folder


def write_model(folder: Path, source: str) -> None:
    file = folder / "contract.py"
    file.write_text(source)
    file.chmod(0o644)
