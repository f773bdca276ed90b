"""An Avro schema as the auditor reads it: its JSON as it is, beside a table of the types that have names.

A document's schema was checked by who delivered it. Here only what a datum's reading rests on is asked of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

PLAIN = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")
_NAMED = ("record", "error", "enum", "fixed")
_MOST_DIGITS = 1_000
_MOST_PLACES = 19
"""Of a whole number that says something; other people's members may have longer ones."""


class NoSchema(ValueError):
    """The message says why."""


@dataclass(eq=False)
class AuditedType:
    """``kind`` is the word of Avro, ``union`` among them; ``parts`` what is in it: fields' types, branches, items.
    ``said`` is the schema's own object."""

    kind: str
    said: dict[str, Any]
    name: str = ""
    parts: list[AuditedType] = field(default_factory=list)
    is_idle: bool = False
    is_decimal: bool = False

    @cached_property
    def logical(self) -> str:
        """Of those that the type can have."""
        if self.is_decimal:
            return "decimal"
        name = self.said.get("logicalType")
        if name == "uuid" and self.kind == "fixed":
            return "uuid" if self.said["size"] == 16 else ""
        return name if isinstance(name, str) and (self.kind, name) in _LOGICAL else ""

    @cached_property
    def names(self) -> list[tuple[str, list[str]]]:
        """Each field's, and those that it had."""
        return [(one["name"], one.get("aliases", [])) for one in self.said["fields"]]


_LOGICAL = {
    ("int", "date"),
    ("int", "time-millis"),
    ("long", "time-micros"),
    ("string", "uuid"),
    *(
        ("long", f"{zone}timestamp-{unit}")
        for zone in ("", "local-")
        for unit in ("millis", "micros", "nanos")
    ),
}


def _is_decimal(of: AuditedType) -> bool:
    digits, scale = of.said.get("precision"), of.said.get("scale", 0)
    if type(digits) is not int or type(scale) is not int or digits < 1 or not 0 <= scale <= digits:
        return False
    if digits > _MOST_DIGITS:
        raise NoSchema(f"a decimal of {digits} digits")
    return of.kind == "bytes" or (10**digits).bit_length() < 8 * of.said["size"]


@dataclass(frozen=True)
class AuditedSchema:
    """A writer's, as the lake binds it: a registry's word of its type, its text, and what it refers to before it."""

    type: str
    text: str
    before: tuple[str, ...]


@lru_cache(maxsize=64)
def read_schema(text: str, before: tuple[str, ...] = ()) -> AuditedType:
    """``before`` are the texts of schemas that it refers to, in their order. Raises ``NoSchema``."""
    try:
        names: dict[str, AuditedType] = {}
        for one in before:
            _type(_json(one), "", names)
        found = _type(_json(text), "", names)
        _find_idle([one for one in names.values() if one.kind in ("record", "error")])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NoSchema(f"its schema can't be read: {type(error).__name__} {str(error)[:100]}") from error
    return found


def _json(text: str) -> Any:
    return json.loads(text, parse_int=lambda one: int(one) if len(one.lstrip("-")) <= _MOST_PLACES else 0.5)


def _find_idle(records: list[AuditedType]) -> None:
    """Records that take no bytes may be made of such: it is asked until nothing is new."""
    while new := [one for one in records[::-1] if not one.is_idle and all(map(takes_no_bytes, one.parts))]:
        for one in new:
            one.is_idle = True


def takes_no_bytes(of: AuditedType) -> bool:
    return of.kind == "null" or of.is_idle or (of.kind == "fixed" and not of.said["size"])


def _type(said: Any, space: str, names: dict[str, AuditedType]) -> AuditedType:
    if isinstance(said, list):
        return AuditedType("union", {}, parts=[_type(one, space, names) for one in said])
    if isinstance(said, str):
        if said in PLAIN:
            return AuditedType(said, {})
        inside = f"{space}.{said}" if space and "." not in said else said
        return names[inside] if inside in names else names[said]
    kind = said["type"]
    if not isinstance(kind, str) or kind not in (*PLAIN, *_NAMED, "array", "map"):
        return _type(kind, space, names)
    found = AuditedType(kind, said)
    if kind in ("bytes", "fixed") and said.get("logicalType") == "decimal":
        found.is_decimal = _is_decimal(found)
    if kind in _NAMED:
        own = said.get("namespace", space)
        found.name = f"{own}.{said['name']}" if own and "." not in said["name"] else said["name"]
        if found.name in names:
            raise NoSchema(f"{found.name} stands there twice")
        names[found.name] = found
    if kind in ("record", "error"):
        inner = found.name.rpartition(".")[0]
        found.parts = [_type(one["type"], inner, names) for one in said["fields"]]
    elif kind in ("array", "map"):
        found.parts = [_type(said["items" if kind == "array" else "values"], space, names)]
    return found
