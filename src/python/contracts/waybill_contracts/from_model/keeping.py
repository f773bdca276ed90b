"""What stays of a value where a model says it anew: whatever the model has no words for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waybill_contracts.document import DescribedValue, Primitive
from waybill_contracts.drafting import DraftedScalar, DraftedValue

_SAID_AS = {"int": "long", "float": "double", "timestamp": "timestamptz"}
"""A model has one word for both."""

_IN_A_TEXT = ("time", "binary")
"""A model says no more of them than that they are texts."""

_WITHOUT_RULES = ("date", "time", "timestamp", "timestamptz", "binary")
"""A model's JSON Schema has no rules for them."""

_UNSAID = ("as", "wire", "beyond_micros", "personal")


def kept_scalar(
    old: DescribedValue | None, entry: Mapping[str, Any], new: DraftedScalar
) -> tuple[str, dict[str, Any]]:
    """Its type in the schema, and its entry without its place. ``entry`` is that of ``old``."""
    if old is None or not isinstance(old.type, Primitive) or not _is_kept(old.type, old.wire, new):
        return new.kind, kept_entry(entry, new)
    found = {name: entry[name] for name in _UNSAID if name in entry}
    rules = entry.get("rules") if old.type.family in _WITHOUT_RULES else new.entry.get("rules")
    return old.type.spelling, found | ({"rules": rules} if rules else {})


def kept_entry(entry: Mapping[str, Any], new: DraftedValue) -> dict[str, Any]:
    """Of a list, a map or a struct, or where the type is another one: that it is personal."""
    return {**new.entry, **({"personal": True} if "personal" in entry else {})}


def _is_kept(old: Primitive, wire: str, new: DraftedScalar) -> bool:
    if old.kind == "decimal":
        return new.kind.startswith("decimal(") and new.kind.endswith(f", {old.scale})")
    if new == DraftedScalar("string") and (
        old.family in _IN_A_TEXT or (old.family, wire) == ("json", "string")
    ):
        return True
    return _SAID_AS.get(old.family, old.family) == new.family
