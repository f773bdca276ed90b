"""Decimals of Avro: an unscaled number in big-endian bytes, with the writer's scale."""

from __future__ import annotations

from typing import Any

from waybill_contracts.avro import AvroType, FixedType, PlainType
from waybill_contracts.document import DescribedValue, Primitive
from waybill_contracts.types import BAD_FORMAT, INEXACT, OUT_OF_RANGE, Check


def decimal_of(of: AvroType, column: DescribedValue, kind: Primitive) -> Check | None:
    if isinstance(of, FixedType) or of.kind == "bytes":  # type: ignore[union-attr]  # texts and parts are gone
        if of.logical is not None and of.logical.name == "decimal":
            return _unscaled(of.logical.scale, kind)
        return _unscaled(kind.scale, kind) if column.wire == "unscaled_base64" else None
    is_whole = isinstance(of, PlainType) and of.kind in ("int", "long")
    return _scaled(0, kind) if is_whole and column.wire in ("number", "either") else None


def _unscaled(scale: int, kind: Primitive) -> Check:
    scaled = _scaled(scale, kind)

    def check(value: Any) -> Any:
        return scaled(int.from_bytes(value, "big", signed=True)) if value else BAD_FORMAT

    return check


def _scaled(scale: int, kind: Primitive) -> Check:
    """From number * 10^-``scale`` to the whole number that is stored."""
    beyond = 10 ** (kind.precision - kind.scale + scale)
    more = 10 ** max(0, kind.scale - scale)
    less = 10 ** max(0, scale - kind.scale)

    def check(number: Any) -> Any:
        if not -beyond < number < beyond:
            return OUT_OF_RANGE
        whole, rest = divmod(number * more, less)
        return INEXACT if rest else whole

    return check
