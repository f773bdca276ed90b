"""Values without parts of many datums: as Arrow has them where that takes no more than arithmetic, else by the check
that the judge has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waybill_contracts.avro import AvroType, EnumType, FixedType, PlainType
from waybill_contracts.document import DescribedValue
from waybill_contracts.fast.arrow_scalars import as_array
from waybill_contracts.fast.datum_lanes import Lanes
from waybill_contracts.fast.record_bytes import Truths, WholeNumbers, as_arrow, as_booleans, slices
from waybill_contracts.fast.rules_in_arrow import Keeps, rules_in_arrow
from waybill_contracts.fast.texts import are_there, decoded
from waybill_contracts.resolution import leaf_check
from waybill_contracts.types import BEYOND_MICROS, FIRST_DAY, FIRST_MICRO, LAST_DAY, Misfit

LeafColumn = Callable[[Lanes], "pa.Array"]

_MILLIS, _MICROS, _NANOS = 1_000, 1, -1_000
_UNITS = {
    "millis": _MILLIS,
    "ms": _MILLIS,
    "micros": _MICROS,
    "us": _MICROS,
    "nanos": _NANOS,
    "ns": _NANOS,
    "s": 10**6,
}
_WORD = 8
_MOST_DIGITS = 18
"""Of a decimal in a number of 64 bits."""


def leaf_column(of: AvroType, column: DescribedValue, kind: pa.DataType) -> LeafColumn | None:
    """``kind`` is the column's type in Arrow. ``None`` where no value of the writer's type is one of the column's."""
    check = leaf_check(of, column)
    if check is None:
        return None
    is_counted = column.type.family == "binary" and column.rules  # in bytes, and Arrow counts characters
    rules = None if is_counted else rules_in_arrow(column, kind)
    quick = None if rules is None else _quick(of, column, kind)
    if quick is not None and rules is not None:
        return _ruled(quick, rules)
    raw = raw_values(of)

    def one_by_one(lanes: Lanes) -> pa.Array:
        given = raw(lanes)
        values = [
            None if is_bad else check(one) for one, is_bad in zip(given, lanes.bad.tolist(), strict=True)
        ]
        wrong = np.fromiter((one.__class__ is Misfit for one in values), np.bool_, len(values))
        lanes.spoil(wrong)
        if column.required:  # a text of JSON may say null
            lanes.spoil(np.fromiter((one is None for one in values), np.bool_, len(values)))
        return as_array([None if one.__class__ is Misfit else one for one in values], kind)

    return one_by_one


def _ruled(quick: LeafColumn, rules: tuple[Keeps, ...]) -> LeafColumn:
    if not rules:
        return quick

    def column(lanes: Lanes) -> pa.Array:
        values = quick(lanes)
        for keeps in rules:
            lanes.spoil(~as_booleans(keeps(values)))
        return values

    return column


def skipped(of: AvroType) -> Callable[[Lanes], object]:
    """The value is passed, and has to be one all the same."""
    match of:
        case EnumType(symbols=symbols):
            return lambda lanes: _symbols(lanes, len(symbols))
        case FixedType(size=size):
            return lambda lanes: lanes.step(size)
        case PlainType(kind="boolean"):
            return _truths
        case PlainType(kind="int" | "long" as kind):
            return lambda lanes: lanes.whole(is_int=kind == "int")
        case PlainType(kind="float" | "double" as kind):
            return lambda lanes: lanes.step(4 if kind == "float" else _WORD)
        case PlainType(kind="bytes"):
            return lambda lanes: lanes.sized()
    return _texts


def raw_values(of: AvroType) -> Callable[[Lanes], list[Any]]:
    """As ``DatumReader`` has them."""
    match of:
        case EnumType(symbols=symbols):
            return lambda lanes: [symbols[at] for at in _symbols(lanes, len(symbols)).tolist()]
        case FixedType(size=size):
            return lambda lanes: _bytes(lanes, lanes.step(size), lanes.at).to_pylist()
        case PlainType(kind="boolean"):
            return lambda lanes: list(_truths(lanes).tolist())
        case PlainType(kind="int" | "long" as kind):
            return lambda lanes: list(lanes.whole(is_int=kind == "int").tolist())
        case PlainType(kind="float" | "double" as kind):
            return lambda lanes: list(_floating(lanes, kind).tolist())
        case PlainType(kind="bytes"):
            return lambda lanes: _bytes(lanes, *lanes.sized()).to_pylist()
    return lambda lanes: _texts(lanes).to_pylist()


def _quick(of: AvroType, column: DescribedValue, kind: pa.DataType) -> LeafColumn | None:
    """Only for pairs of types that have a check: it was asked before."""
    name = of.kind if isinstance(of, PlainType) else ""
    family = column.type.family
    match family:
        case "boolean":
            return (lambda lanes: as_arrow(_truths(lanes))) if name == "boolean" else None
        case "int" | "long" if name in ("int", "long"):
            return lambda lanes: as_arrow(lanes.whole(is_int=name == "int"))
        case "float" | "double" if name in ("float", "double"):
            return lambda lanes: _finite(lanes, _floating(lanes, name))
        case "double" if name in ("int", "long"):
            return lambda lanes: _doubles(lanes.whole(is_int=name == "int").astype(np.float64))
        case "string" if name == "string":
            return _texts
        case "string" if isinstance(of, EnumType):
            return _enum_column(of)
        case "binary" if name in ("bytes", "string"):
            return (lambda lanes: _bytes(lanes, *lanes.sized())) if name == "bytes" else None
        case "binary" if isinstance(of, FixedType):
            return lambda lanes: _bytes(lanes, lanes.step(of.size), lanes.at)
        case "decimal" if name == "bytes" or isinstance(of, FixedType):
            return _decimal_column(of, kind)
        case "date" if name in ("int", "long"):
            return lambda lanes: _days(lanes, lanes.whole(is_int=name == "int"))
        case "timestamp" | "timestamptz" if name in ("int", "long"):
            return _moment_column(of, column, kind)
    return None


def _numbers(values: Any, kind: pa.DataType) -> pa.Array:
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def _doubles(values: Any) -> pa.Array:
    return _numbers(values, pa.float64())


def _truths(lanes: Lanes) -> Truths:
    found = lanes.word(1).astype(np.uint8)
    lanes.spoil(found > 1)
    truths: Truths = found == 1
    return truths


def _floating(lanes: Lanes, kind: str) -> Any:
    if kind == "double":
        return lanes.word(_WORD).view(np.float64)
    with np.errstate(invalid="ignore"):  # a signalling NaN is no less out of range than another
        return lanes.word(4).astype(np.uint32).view(np.float32).astype(np.float64)


def _finite(lanes: Lanes, values: Any) -> pa.Array:
    lanes.spoil(~np.isfinite(values))
    return _doubles(values)


def _bytes(lanes: Lanes, begin: WholeNumbers, end: WholeNumbers) -> pa.BinaryArray:
    return slices(lanes.of.data, begin, end)


def _texts(lanes: Lanes) -> pa.StringArray:
    found = decoded(_bytes(lanes, *lanes.sized()))
    if found.null_count:
        lanes.spoil(~are_there(found))
        found = pc.fill_null(found, "")
    return found


def _symbols(lanes: Lanes, count: int) -> WholeNumbers:
    at = lanes.whole(is_int=True)
    out = (at < 0) | (at >= count)
    lanes.spoil(out)
    return np.where(out, 0, at)


def _enum_column(of: EnumType) -> LeafColumn | None:
    if not of.symbols:
        return None
    known = pa.array(of.symbols, pa.string())
    return lambda lanes: known.take(as_arrow(_symbols(lanes, len(of.symbols))))


def _days(lanes: Lanes, days: WholeNumbers) -> pa.Array:
    lanes.spoil((days < FIRST_DAY) | (days > LAST_DAY))
    return _numbers(days.astype(np.int32), pa.date32())


def _moment_column(of: AvroType, column: DescribedValue, kind: pa.DataType) -> LeafColumn:
    assert isinstance(of, PlainType)  # noqa: S101  # of an int or a long
    name = of.logical.name.rpartition("-")[2] if of.logical else column.wire.removeprefix("epoch_")
    unit, is_int, floors = _UNITS[name], of.kind == "int", column.floors

    def read(lanes: Lanes) -> pa.Array:
        found = lanes.whole(is_int=is_int)
        if unit == _NANOS:
            micros = found // 1_000
            if not floors:
                lanes.spoil(micros * 1_000 != found)
            lanes.spoil((micros < FIRST_MICRO) | (micros >= BEYOND_MICROS))
        else:
            out = (found < -(-FIRST_MICRO // unit)) | (found > (BEYOND_MICROS - 1) // unit)
            lanes.spoil(out)
            micros = np.where(out, 0, found) * unit
        return _numbers(micros, kind)

    return read


def _decimal_column(of: AvroType, kind: Any) -> LeafColumn | None:
    """Of numbers that have eight bytes at the most, in a column of no more digits than those have room for."""
    assert isinstance(of, PlainType | FixedType)  # noqa: S101  # of bytes
    scale = of.logical.scale if of.logical is not None and of.logical.name == "decimal" else kind.scale
    more, whole = kind.scale - scale, kind.precision - kind.scale + scale
    if kind.precision > _MOST_DIGITS or more < 0 or not 0 <= whole <= _MOST_DIGITS:
        return None
    factor, beyond = 10**more, 10**whole

    def read(lanes: Lanes) -> pa.Array:
        begin, end = (lanes.step(of.size), lanes.at) if isinstance(of, FixedType) else lanes.sized()
        length = end - begin
        out = (length < 1) | (length > _WORD)
        shift = np.where(out, 0, 8 * (_WORD - length)).astype(np.int64)
        number = lanes.of.words[begin].byteswap().view(np.int64) >> shift
        out |= (number <= -beyond) | (number >= beyond)
        lanes.spoil(out)
        wide = np.empty((len(lanes), 2), np.int64)
        wide[:, 0] = np.where(out, 0, number) * factor
        wide[:, 1] = wide[:, 0] >> 63
        return _numbers(wide, kind)

    return read
