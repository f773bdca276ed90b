"""One change of a stored dataset, by somebody who knows the format and recomputes every checksum."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa

Change = Callable[[pa.Table], pa.Table]


def cell(name: str, row: int, new: Any = ...) -> Change:
    """The cell with another value: ``new``, or one that is made of the old."""

    def change(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index(name)
        column = table.column(at).combine_chunks()
        value = other(column.slice(row, 1)) if new is ... else pa.array([new], column.type)
        if value is None or (value.null_count and not table.schema.field(at).nullable):
            return table
        parts = [column.slice(0, row), value, column.slice(row + 1)]
        return table.set_column(at, table.schema.field(at), pa.chunked_array(parts, column.type))

    return change


def other(one: pa.Array[Any]) -> pa.Array[Any] | None:
    """The nearest other value of the type in the place of ``one``, where that is easily told; None where it is not."""
    old, kind = one[0], one.type
    if not old.is_valid:
        return _something(kind)
    if pa.types.is_boolean(kind):
        return pa.array([not old.as_py()])
    if pa.types.is_floating(kind):
        value = old.as_py()
        return pa.array(
            [-0.0 if value == 0 and math.copysign(1, value) > 0 else math.nextafter(value, math.inf)]
        )
    if pa.types.is_decimal(kind):
        step = Decimal(1).scaleb(-kind.scale)
        value = old.as_py()
        return pa.array([value - step if value > 0 else value + step], kind)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        whole = pa.int32() if pa.types.is_date(kind) else pa.int64()
        return pa.array([pa.array([old]).cast(whole)[0].as_py() ^ 1], whole).cast(kind)
    if pa.types.is_integer(kind):
        return pa.array([old.as_py() ^ 1], kind)
    if pa.types.is_string(kind):
        return pa.array([old.as_py() + " "])
    if pa.types.is_binary(kind):
        return pa.array([old.as_py() + b"\0"])
    if pa.types.is_struct(kind):
        return _struct(one, kind)
    return pa.array([[]], kind) if len(old) else pa.nulls(1, kind)


def _something(kind: Any) -> pa.Array[Any] | None:
    """In the place of a null."""
    if pa.types.is_struct(kind) and not all(one.nullable for one in kind):
        return None
    if pa.types.is_struct(kind):
        return pa.StructArray.from_arrays([pa.nulls(1, one.type) for one in kind], fields=list(kind))
    if pa.types.is_list(kind) or pa.types.is_map(kind):
        return pa.array([[]], kind)
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        return pa.array([""], pa.string()).cast(kind)
    if pa.types.is_decimal(kind):
        return pa.array([Decimal(0)], kind)
    return pa.array([0], pa.int32() if pa.types.is_date(kind) else pa.int64()).cast(kind)


def _struct(one: Any, kind: Any) -> pa.Array[Any] | None:
    """With its first field changed. The others stay as they are stored: below a null, required fields have no null."""
    parts = [one.field(at) for at in range(kind.num_fields)]
    changed = other(parts[0])
    parts[0] = pa.nulls(1, kind[0].type) if changed is None else changed
    if parts[0].null_count and not kind[0].nullable:
        return None
    return pa.StructArray.from_arrays(parts, fields=list(kind))


def turned(table: pa.Table) -> pa.Table:
    """Its rows from the last to the first."""
    return table.take([*range(len(table) - 1, -1, -1)])


def without(row: int) -> Change:
    return lambda table: table.take([one for one in range(len(table)) if one != row])


def twice(row: int) -> Change:
    return lambda table: table.take([*range(row + 1), *range(row, len(table))])
