"""Days, times of a day and instants of Avro: by their logical types, or as plain numbers whose unit the wire says."""

from __future__ import annotations

from typing import Any

from waybill_contracts.avro import AvroType, PlainType
from waybill_contracts.document import DescribedValue
from waybill_contracts.types import (
    BEYOND_MICROS,
    DAY_MICROS,
    FIRST_DAY,
    FIRST_MICRO,
    INEXACT,
    LAST_DAY,
    OUT_OF_RANGE,
    Check,
    time_text,
)

_NANOS = {"s": 10**9, "millis": 10**6, "ms": 10**6, "micros": 10**3, "us": 10**3, "nanos": 1, "ns": 1}
_MICRO = 1_000


def date_of(of: AvroType, column: DescribedValue) -> Check | None:
    return _day if _logical(of) == "date" or (column.wire == "epoch_days" and _is_plain(of)) else None


def time_of(of: AvroType, column: DescribedValue) -> Check | None:
    logical = _logical(of)
    if logical in ("time-millis", "time-micros"):
        return _time(_NANOS[logical[5:]] // _MICRO)
    return _time(_NANOS[column.wire] // _MICRO) if column.wire in ("ms", "us") and _is_plain(of) else None


def moment_of(of: AvroType, column: DescribedValue, *, zoned: bool) -> Check | None:
    """An instant for a column of local times, or the other way round, is taken where the wire is of an epoch: then the
    contract says itself what the number counts from."""
    logical, epoch = _logical(of), column.wire.removeprefix("epoch_")
    is_epoch = epoch != column.wire
    if logical.startswith(("timestamp-", "local-timestamp-")):
        if logical.startswith("local-") is zoned and not is_epoch:
            return None
        return _moment(_NANOS[logical.rpartition("-")[2]], floors=column.floors)
    return _moment(_NANOS[epoch], floors=column.floors) if epoch in _NANOS and _is_plain(of) else None


def _logical(of: AvroType) -> str:
    return of.logical.name if isinstance(of, PlainType) and of.logical else ""


def _is_plain(of: AvroType) -> bool:
    """A whole number that says nothing of itself."""
    return isinstance(of, PlainType) and of.kind in ("int", "long") and of.logical is None


def _day(value: Any) -> Any:
    return value if FIRST_DAY <= value <= LAST_DAY else OUT_OF_RANGE


def _time(micros: int) -> Check:
    def check(value: Any) -> Any:
        return time_text(value * micros) if 0 <= value < DAY_MICROS // micros else OUT_OF_RANGE

    return check


def _moment(nanos: int, *, floors: bool) -> Check:
    def check(value: Any) -> Any:
        micros, rest = divmod(value * nanos, _MICRO)
        if not FIRST_MICRO <= micros < BEYOND_MICROS:
            return OUT_OF_RANGE
        return INEXACT if rest and not floors else micros

    return check
