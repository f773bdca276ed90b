"""Which spellings on the wire each type has. The first is never written down: one meaning has one spelling."""

from __future__ import annotations

from waybill_contracts.document.described import ValueType

_NUMBERS = ("number", "string", "either")
_EPOCHS = (
    *("text", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns"),
    *("epoch_s_text", "epoch_ms_text", "epoch_us_text", "epoch_ns_text"),
)

WIRES = {
    "boolean": ("token", "string"),
    "int": _NUMBERS,
    "long": _NUMBERS,
    "float": _NUMBERS,
    "double": _NUMBERS,
    "decimal": (*_NUMBERS, "unscaled_base64"),
    "date": ("text", "epoch_days"),
    "time": ("text", "ms", "us"),
    "timestamp": _EPOCHS,
    "timestamptz": _EPOCHS,
    "binary": ("base64", "base64url", "hex"),
    "json": ("slice", "string"),
}
"""By family; a family that is not here is spelled in one way alone."""

LEGACY_WIRE = "utc_micros"
"""0.1.0's one spelling of an instant."""


def first_wire(of: ValueType) -> str:
    return WIRES.get(of.family, ("",))[0]


def other_wires(of: ValueType, *, legacy: bool) -> tuple[str, ...]:
    """What ``wire`` may say of the type."""
    others = WIRES.get(of.family, ("",))[1:]
    return (*others, LEGACY_WIRE) if legacy and of.family == "timestamptz" else others
