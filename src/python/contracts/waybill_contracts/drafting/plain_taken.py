"""Logical types of an Avro schema that say nothing there: by Avro's rules the type alone counts, so it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from waybill_contracts.avro import logical_of
from waybill_contracts.document import spelled

_LONGEST = 19


def taken_plain(schema: str) -> list[str]:
    """``schema`` is the text of one that is read already."""
    tree = json.loads(schema, parse_int=lambda text: int(text) if len(text) <= _LONGEST else text)
    return [*dict.fromkeys(_found(tree, ()))]


def _found(at: Any, place: tuple[str, ...]) -> Iterator[str]:
    if isinstance(at, list):
        for branch in at:
            yield from _found(branch, place)
    if not isinstance(at, dict):
        return
    kind = at["type"]
    if not isinstance(kind, str):
        yield from _found(kind, place)
        return
    for field in at["fields"] if kind in ("record", "error") else ():
        yield from _found(field["type"], (*place, field["name"]))
    yield from _found(at.get("items") if kind == "array" else None, (*place, ""))
    yield from _found(at.get("values") if kind == "map" else None, (*place, ""))
    name = at.get("logicalType")
    if isinstance(name, str) and logical_of((), at, kind, at.get("size", 0)) is None:
        why = (
            "its decimal has no precision"
            if name == "decimal" and "precision" not in at
            else (f"its logical type {name[:60]!r} says nothing of {kind} as it stands")
        )
        yield f"{spelled(place)} is taken as {kind}: {why}."
