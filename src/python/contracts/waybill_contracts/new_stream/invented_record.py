"""A record that a contract takes, with nothing of anybody's in it: the values are made up from the types alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from waybill_contracts.document import (
    ContractDocument,
    DescribedValue,
    ListOf,
    MapOf,
    StructOf,
    first_wire,
)

_SECONDS = 1_767_225_600
_SCALES = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_NOON = {"text": "12:00:00", "ms": 43_200_000, "us": 43_200_000_000}
_TEXTS = {
    "date": "2026-01-01",
    "timestamp": "2026-01-01T00:00:00",
    "timestamptz": "2026-01-01T00:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def invented_objects(document: ContractDocument) -> tuple[dict[str, Any], ...]:
    """JSON objects of which the first may be a row, then the next: with all fields, with the required ones, empty.
    Whether one of them is a row the judge says: a rule may ask for more than its type does.
    """
    fields = document.root.fields
    return _object(fields), _object(one for one in fields if one.required), {}


def _object(fields: Iterable[DescribedValue]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for one in fields:
        *around, last = one.place or (one.name,)
        inner = made
        for token in around:
            inner = inner.setdefault(token, {})
            if not isinstance(inner, dict):
                break
        else:
            inner.setdefault(last, _value(one))
    return made


def _value(of: DescribedValue) -> Any:
    match of.type:
        case StructOf(fields):
            return _object(fields)
        case ListOf(item):
            return [_value(item)] * max(1, _whole(of, "minItems"))
        case MapOf(value=value):
            return {f"key{at}": _value(value) for at in range(max(1, _whole(of, "minProperties")))}
        case kind:
            return _scalar(of, kind.family, of.wire or first_wire(kind))


def _scalar(of: DescribedValue, family: str, wire: str) -> Any:
    match family:
        case "boolean":
            return "true" if wire == "string" else True
        case "int" | "long" | "float" | "double" | "decimal":
            if wire == "unscaled_base64":
                return "AA=="
            number = _whole(of, "minimum")
            return str(number) if wire == "string" else number
        case "date" if wire == "epoch_days":
            return _SECONDS // 86_400
        case "time":
            return _NOON.get(wire)
        case "timestamp" | "timestamptz" if wire.startswith("epoch_"):
            unit, _, as_text = wire.removeprefix("epoch_").partition("_")
            count = _SECONDS * _SCALES[unit]
            return str(count) if as_text else count
        case "binary":
            return "00" if wire == "hex" else "AA=="
        case "json":
            return "{}" if wire == "string" else {}
        case "string":
            return _text(of)
    return _TEXTS.get(family)


def _text(of: DescribedValue) -> str:
    listed = of.rules.get("enum")
    if isinstance(listed, tuple) and listed:
        return str(listed[0])
    text = "example".ljust(_whole(of, "minLength"), "x")
    return text[: _whole(of, "maxLength")] if "maxLength" in of.rules else text


def _whole(of: DescribedValue, rule: str) -> int:
    """0 where it is not there, or no whole number."""
    said = of.rules.get(rule, 0)
    if isinstance(said, int):
        return said
    return int(said) if isinstance(said, str) and said.isdecimal() else 0
