"""``type`` as a list, ``oneOf``, ``anyOf`` and ``allOf``: what of them is one type, null aside."""

from __future__ import annotations

from typing import Any

from waybill_contracts.drafting.drafted import DraftedScalar
from waybill_contracts.drafting.schema_reading import SchemaPlace, SchemaText
from waybill_contracts.drafting.schema_scalars import bounds_of

BRANCHES = ("oneOf", "anyOf")
MOST_SCALE = 38


def merged(text: SchemaText, place: SchemaPlace, schema: dict[str, Any]) -> dict[str, Any]:
    """``allOf`` put into one: properties and what is required together, other keywords as they first stand."""
    parts = schema.get("allOf")
    if not isinstance(parts, list):
        return schema
    found = {name: one for name, one in schema.items() if name != "allOf"}
    for at, part in enumerate(parts):
        inner_place, inner, _ = text.resolved((*place, "allOf", str(at)), part)
        inner = merged(text, inner_place, inner)
        for name, one in inner.items():
            if name in ("properties", "$defs", "definitions") and isinstance(one, dict):
                found[name] = {**one, **found.get(name, {})}
            elif name == "required" and isinstance(one, list):
                found[name] = [*dict.fromkeys((*found.get(name, ()), *one))]
            elif name not in found:
                found[name] = one
            elif found[name] != one and name not in ("title", "description", "$id", "$schema"):
                text.leave_out(inner_place, name, "allOf has another one")
    return found


def without_null(
    text: SchemaText, place: SchemaPlace, schema: dict[str, Any]
) -> tuple[dict[str, Any] | None, bool]:
    """The one schema that is left without null (``None`` where several are), and whether null is allowed."""
    takes_null = schema.get("nullable") is True
    found = dict(schema)
    kinds = found.get("type")
    if isinstance(kinds, list):
        rest = [one for one in kinds if one != "null"]
        if not all(isinstance(one, str) for one in rest):
            return None, takes_null
        takes_null = takes_null or len(rest) < len(kinds)
        if {*rest} == {"integer", "number"}:
            rest = ["number"]
        if len(rest) != 1:
            return None, takes_null
        found["type"] = rest[0]
    if isinstance(found.get("enum"), list) and None in found["enum"]:
        takes_null = True
        found["enum"] = [one for one in found["enum"] if one is not None]
    for name in BRANCHES:
        if not isinstance(found.get(name), list):
            continue
        others = [
            (inner_place, inner)
            for at, one in enumerate(found.pop(name))
            for inner_place, inner, _ in (text.resolved((*place, name, str(at)), one),)
        ]
        rest = [(at, one) for at, one in others if not _is_null(one)]
        takes_null = takes_null or len(rest) < len(others)
        if len(rest) != 1:
            return None, takes_null
        inner, inner_null = without_null(text, rest[0][0], merged(text, *rest[0]))
        if inner is None:
            return None, takes_null or inner_null
        takes_null = takes_null or inner_null
        found = {**inner, **found}
    return found, takes_null


def _is_null(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "null" or schema.get("enum") == [None] or schema.get("const", 0) is None


def decimal_of_pydantic(schema: dict[str, Any]) -> DraftedScalar | None:
    """pydantic spells a Decimal as a number or a text; how many digits follow the point stands in a pattern."""
    branches = [one for one in schema.get("anyOf", ()) if isinstance(one, dict) and one.get("type") != "null"]
    kinds = {one.get("type"): one for one in branches}
    if len(branches) != 2 or {*kinds} != {"number", "string"}:
        return None
    places = str(kinds["string"].get("pattern")).partition("\\.\\d{0,")[2].partition("}")[0]
    if not places.isascii() or not places.isdigit() or int(places) > MOST_SCALE:
        return None
    rules = bounds_of(kinds["number"], lambda _name, _why: None)
    return DraftedScalar(
        f"decimal(38, {int(places)})", {"wire": "either", **({"rules": rules} if rules else {})}
    )
