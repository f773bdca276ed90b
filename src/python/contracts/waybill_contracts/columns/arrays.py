"""Judged values as Arrow arrays, to any depth. Types are those of stored columns, where an int is of 32 bits."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import pyarrow as pa

from waybill_contracts.columns.leaves import leaf_array, offsets, validity, zero_of
from waybill_contracts.document import DescribedValue, ListOf, MapOf, Primitive, StructOf, ValueType

KEY = Primitive("string")


def value_array(of: ValueType, kind: Any, values: Sequence[Any]) -> pa.Array[Any]:
    """``kind`` is the Arrow type of ``of``, ``values`` are as the judge returns them."""
    match of:
        case StructOf(fields):
            return _structs(fields, kind, values)
        case ListOf(item):
            return _lists(item, kind, values)
        case MapOf(value=value):
            return _maps(value, kind, values)
    return leaf_array(of, kind, values)


def _structs(fields: tuple[DescribedValue, ...], kind: Any, values: Sequence[Any]) -> pa.Array[Any]:
    nothing = [_filler(one) for one in fields]
    parts = (
        zip(*[nothing if one is None else one for one in values], strict=True)
        if values
        else [()] * len(fields)
    )
    children = [
        value_array(one.type, kind.field(at).type, part)
        for at, (one, part) in enumerate(zip(fields, parts, strict=True))
    ]
    return pa.Array.from_buffers(kind, len(values), [validity(values)], children=children)


def _lists(item: DescribedValue, kind: Any, values: Sequence[Any]) -> pa.Array[Any]:
    known = [one or () for one in values]
    inner = value_array(item.type, kind.value_type, [*chain.from_iterable(known)])
    return pa.Array.from_buffers(kind, len(values), [validity(values), _ends(known)], children=[inner])


def _maps(value: DescribedValue, kind: Any, values: Sequence[Any]) -> pa.Array[Any]:
    known = [one or () for one in values]
    pairs = [*chain.from_iterable(known)]
    keys = leaf_array(KEY, kind.key_type, [key for key, _ in pairs])
    items = value_array(value.type, kind.item_type, [one for _, one in pairs])
    entry = pa.struct([kind.key_field, kind.item_field])
    entries = pa.Array.from_buffers(entry, len(pairs), [None], children=[keys, items])
    return pa.Array.from_buffers(kind, len(values), [validity(values), _ends(known)], children=[entries])


def _ends(values: Sequence[Sequence[Any]]) -> pa.Buffer:
    return offsets([*map(len, values)])


def _filler(of: DescribedValue) -> Any:
    """For a field of a struct that is null: a required one has no null there either, though nobody reads it."""
    if not of.required:
        return None
    match of.type:
        case StructOf(fields):
            return [_filler(one) for one in fields]
        case ListOf() | MapOf():
            return ()
    return zero_of(of.type)
