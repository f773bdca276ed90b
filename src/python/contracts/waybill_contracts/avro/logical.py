"""Logical types. One that its type can't have, or that nobody here knows, is none: the type alone counts then."""

from __future__ import annotations

from typing import Any

from waybill_contracts.avro.nodes import Logical
from waybill_contracts.avro.refusing import SchemaPlace, SchemaRefused

MOST_DIGITS = 1_000
"""Of a decimal: whatever a value of its bytes may be, comparing it costs little."""

UUID_BYTES = 16

_OF: dict[str, tuple[str, ...]] = {
    "int": ("date", "time-millis"),
    "long": (
        *("time-micros", "timestamp-millis", "timestamp-micros", "timestamp-nanos"),
        *("local-timestamp-millis", "local-timestamp-micros", "local-timestamp-nanos"),
    ),
    "string": ("uuid",),
}


def logical_of(place: SchemaPlace, given: dict[str, Any], kind: str, size: int = 0) -> Logical | None:
    """``given`` is the type's own object; ``size`` that of a fixed."""
    name = given.get("logicalType")
    if name == "decimal" and kind in ("bytes", "fixed"):
        return _decimal(
            place, given.get("precision"), given.get("scale", 0), None if kind == "bytes" else size
        )
    if name == "uuid" and kind == "fixed":
        return Logical(name) if size == UUID_BYTES else None
    return Logical(name) if isinstance(name, str) and name in _OF.get(kind, ()) else None


def _decimal(place: SchemaPlace, precision: Any, scale: Any, size: int | None) -> Logical | None:
    if type(precision) is not int or type(scale) is not int or not 0 <= scale <= precision or not precision:
        return None
    if precision > MOST_DIGITS:
        raise SchemaRefused(
            (*place, "precision"),
            f"a decimal of {precision} digits",
            f"decimals of up to {MOST_DIGITS:,} digits",
        )
    if size is not None and (10**precision).bit_length() > max(0, 8 * size - 1):
        return None  # not every number of so many digits would have room
    return Logical("decimal", precision, scale)
