"""Between a check's value and Arrow's, of values without parts: nothing is converted on the way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa

from waybill_contracts.document import DescribedValue, ListOf, MapOf, Primitive, StructOf


def as_array(values: list[Any], of: pa.DataType) -> pa.Array:
    if pa.types.is_decimal(of):
        return pa.array([None if one is None else _decimal(one, of.scale) for one in values], of)
    if pa.types.is_date(of):
        return pa.array(values, pa.int32()).view(of)
    if pa.types.is_timestamp(of):
        return pa.array(values, pa.int64()).view(of)
    return pa.array(values, of)


def _decimal(unscaled: int, scale: int) -> Decimal:
    digits = tuple(map(int, str(abs(unscaled))))
    return Decimal((int(unscaled < 0), digits, -scale))


def as_judged(described: DescribedValue, found: pa.Array) -> list[Any]:
    """The values of a column as the judge has them."""
    match described.type:
        case StructOf(fields):
            columns = [as_judged(one, found.field(at)) for at, one in enumerate(fields)]
            rows = map(list, zip(*columns, strict=True))
            return [
                row if there else None for row, there in zip(rows, found.is_valid().to_pylist(), strict=True)
            ]
        case ListOf(item):
            items = as_judged(item, found.values)
            return _parted(found, items)
        case MapOf(value=value):
            pairs = [*zip(found.keys.to_pylist(), as_judged(value, found.items), strict=True)]
            return _parted(found, pairs)
    return _scalars(described.type, found)


def _parted(found: pa.Array, items: list[Any]) -> list[Any]:
    ends = found.offsets.to_pylist()
    there = found.is_valid().to_pylist()
    return [items[begin:end] if one else None for begin, end, one in zip(ends, ends[1:], there, strict=False)]


def _scalars(of: Primitive, found: pa.Array) -> list[Any]:
    match of.kind:
        case "decimal":
            return [None if one is None else _unscaled(one) for one in found.to_pylist()]
        case "date":
            return list(found.view(pa.int32()).to_pylist())
        case "timestamp" | "timestamptz":
            return list(found.view(pa.int64()).to_pylist())
    return list(found.to_pylist())


def _unscaled(value: Decimal) -> int:
    sign, digits, _ = value.as_tuple()
    number = int("".join(map(str, digits)))
    return -number if sign else number
