"""Names of Avro's types: full ones, and what a short one means where it stands."""

from __future__ import annotations

import re
from typing import Any

from waybill_contracts.avro.nodes import AvroType
from waybill_contracts.avro.refusing import SchemaPlace, SchemaRefused

PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")

_word = re.compile(r"(?:[A-Za-z_]|[^\x00-\x7f])(?:[A-Za-z0-9_]|[^\x00-\x7f])*").fullmatch
"""Avro's own writers take letters of all scripts by now; which characters are letters changes with Unicode."""


class TypeNames:
    """The named types that were read so far."""

    def __init__(self) -> None:
        self._types: dict[str, AvroType] = {}

    def define(self, place: SchemaPlace, name: str, of: AvroType) -> None:
        if name in self._types:
            raise SchemaRefused((*place, "name"), f"the type {name} is defined twice", "each type once")
        self._types[name] = of

    def find(self, place: SchemaPlace, name: str, namespace: str) -> AvroType:
        """Where the namespace has none of a short name, the one without a namespace is meant, as Java has it."""
        inside = self._types.get(fullname(name, namespace))
        found = self._types.get(name) if inside is None else inside
        if found is None:
            raise SchemaRefused(
                place,
                f"{name[:80]!r} is no type",
                f"{', '.join(PRIMITIVES)}, or a name that is defined before it",
            )
        return found


def fullname(name: str, namespace: str) -> str:
    return name if "." in name or not namespace else f"{namespace}.{name}"


def named(place: SchemaPlace, given: dict[str, Any], namespace: str) -> tuple[str, str]:
    """The full name of a type that is defined, and the namespace inside it."""
    name = a_text((*place, "name"), given.get("name"))
    own = given.get("namespace", namespace)
    own = a_text((*place, "namespace"), own) if own else ""
    whole = fullname(name, own)
    for one in whole.split("."):
        check_word((*place, "name"), one)
    if name in PRIMITIVES:
        raise SchemaRefused((*place, "name"), f"{name} is a type already", "another name")
    return whole, whole.rpartition(".")[0]


def check_word(place: SchemaPlace, word: str) -> None:
    if not _word(word):
        raise SchemaRefused(place, f"{word[:80]!r} is no name", "letters, digits and _, no digit first")


def a_text(place: SchemaPlace, found: Any) -> str:
    if not isinstance(found, str):
        raise SchemaRefused(place, "no text stands there", "a text")
    return found
