"""From a plain value of a writer's type to that of a column without parts, by Avro's rules of resolution.

Numbers are promoted as Avro promotes them, never narrowed. A logical type says itself how its value is to be read; of a
plain number or text the column's wire says it, as for JSON.
"""

from __future__ import annotations

from math import isfinite
from typing import Any
from uuid import UUID

from waybill_contracts.avro import AvroType, EnumType, FixedType, PlainType
from waybill_contracts.document import DescribedValue, Primitive
from waybill_contracts.resolution.scaling import decimal_of
from waybill_contracts.resolution.times_of_avro import date_of, moment_of, time_of
from waybill_contracts.types import BAD_FORMAT, OUT_OF_RANGE, Check, nearest_float, ruled, text_check

_WIDER = {
    "int": ("int",),
    "long": ("int", "long"),
    "float": ("int", "long", "float"),
    "double": ("int", "long", "float", "double"),
}
"""Which of Avro's numbers are promoted to the column's."""


def leaf_check(of: AvroType, column: DescribedValue) -> Check | None:
    """``None`` where no value of the writer's type is one of the column's."""
    assert isinstance(column.type, Primitive)  # noqa: S101  # who has parts is no leaf
    check = _leaf(of, column, column.type)
    return check and ruled(check, column)


def _leaf(of: AvroType, column: DescribedValue, kind: Primitive) -> Check | None:
    if isinstance(of, EnumType) or (isinstance(of, PlainType) and of.kind == "string"):
        return _of_text(column, kind)
    match kind.family:
        case "boolean":
            return _as_it_is if column.wire == "token" and _is(of, "boolean") else None
        case "int" | "long" | "float" | "double":
            return _number(of, column, kind)
        case "decimal":
            return decimal_of(of, column, kind)
        case "date":
            return date_of(of, column)
        case "time":
            return time_of(of, column)
        case "timestamp" | "timestamptz":
            return moment_of(of, column, zoned=kind.kind == "timestamptz")
        case "uuid":
            is_one = isinstance(of, FixedType) and of.logical is not None and of.logical.name == "uuid"
            return _uuid if is_one else None
        case "binary":
            return _as_it_is if isinstance(of, FixedType) or _is(of, "bytes") else None
        case "string":
            return _decoded if _is(of, "bytes") else None
    return None  # JSON stands in texts alone


def _is(of: AvroType, *kinds: str) -> bool:
    return isinstance(of, PlainType) and of.kind in kinds


def _of_text(column: DescribedValue, kind: Primitive) -> Check | None:
    """A text where something else is wanted is read as in JSON, but for binary, to which Avro promotes it."""
    if kind.family == "binary" and column.wire == "base64":
        return str.encode
    return text_check(column)


def _number(of: AvroType, column: DescribedValue, kind: Primitive) -> Check | None:
    if column.wire == "string" or not _is(of, *_WIDER[kind.kind]):
        return None
    if kind.kind in ("int", "long"):
        return _as_it_is
    if _is(of, "int", "long"):
        return float if kind.kind == "double" else _nearest_float
    return _finite


def _finite(value: Any) -> Any:
    return value if isfinite(value) else OUT_OF_RANGE


def _nearest_float(value: Any) -> Any:
    return nearest_float(str(value))


def _as_it_is(value: Any) -> Any:
    return value


def _uuid(value: Any) -> Any:
    return str(UUID(bytes=value))


def _decoded(value: Any) -> Any:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return BAD_FORMAT
