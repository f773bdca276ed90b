"""Nulls that can be written: a required field has to have a value even where the struct around it is null."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waybill_contracts.fast.record_bytes import Truths, WholeNumbers, as_arrow

_WIDEST = 16
"""Bytes of a decimal."""


def nulls_of(of: pa.DataType, count: int) -> pa.Array:
    if not pa.types.is_struct(of):
        return pa.nulls(count, of)
    return _struct(of, _insides(of, count), np.ones(count, np.bool_))


def spread(values: pa.Array, inside: WholeNumbers, count: int) -> pa.Array:
    """``values`` at the places ``inside``, null at the others."""
    if not len(inside):
        return nulls_of(values.type, count)
    place, there = np.full(count, len(values), np.int64), np.zeros(count, np.bool_)
    place[inside], there[inside] = np.arange(len(inside)), True
    # None of ``values`` will do for the others: it may be of a dead letter, which lacks what is required.
    taken = pa.concat_arrays([values, _any_of(values.type, 1)]).take(as_arrow(place))
    if not pa.types.is_struct(values.type):
        return pc.if_else(as_arrow(there), taken, None)
    parts = [taken.field(at) for at in range(values.type.num_fields)]
    null = ~there
    if taken.null_count:
        null |= taken.is_null().to_numpy(zero_copy_only=False)
    return _struct(values.type, parts, null)


def _struct(of: pa.StructType, parts: list[pa.Array], null: Truths) -> pa.StructArray:
    fields = [of.field(at) for at in range(of.num_fields)]
    return pa.StructArray.from_arrays(parts, fields=fields, mask=as_arrow(null))


def _insides(of: pa.StructType, count: int) -> list[pa.Array]:
    fields = [of.field(at) for at in range(of.num_fields)]
    return [nulls_of(one.type, count) if one.nullable else _any_of(one.type, count) for one in fields]


def _any_of(of: pa.DataType, count: int) -> pa.Array:
    """Values that nobody reads."""
    if pa.types.is_struct(of):
        return _struct(of, _insides(of, count), np.zeros(count, np.bool_))
    zeros = pa.py_buffer(bytes(_WIDEST * (count + 1)))
    if pa.types.is_string(of) or pa.types.is_binary(of):
        return pa.Array.from_buffers(of, count, [None, zeros, pa.py_buffer(b"")])
    if pa.types.is_map(of):
        entries = pa.struct([of.key_field, of.item_field])
        return pa.Array.from_buffers(of, count, [None, zeros], children=[pa.nulls(0, entries)])
    if pa.types.is_list(of):
        return pa.Array.from_buffers(of, count, [None, zeros], children=[pa.nulls(0, of.value_type)])
    return pa.Array.from_buffers(of, count, [None, zeros])
