"""A JSON Schema's places: local references followed, what can't be said noted with its place."""

from __future__ import annotations

import re
from typing import Any

from waybill_contracts.document import spelled
from waybill_contracts.drafting.wishes import DraftRefused

SchemaPlace = tuple[str, ...]

ANNOTATIONS = frozenset((
    *("$schema", "$id", "id", "$anchor", "$comment", "$defs", "$vocabulary", "definitions"),
    *("title", "description", "examples", "example", "default", "deprecated", "readOnly"),
    *("writeOnly", "contentMediaType", "contentSchema"),
))  # fmt: skip
"""They say nothing of whether a record is good."""


def refused(place: SchemaPlace, found: str, *, allowed: str, remedy: str) -> DraftRefused:
    return DraftRefused(f"at {spelled(place) or 'its root'}: {found}", allowed=allowed, remedy=remedy)


class SchemaText:
    """The whole schema. ``left_out`` are (place, keyword, why) of what the language can't say."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.left_out: list[tuple[SchemaPlace, str, str]] = []

    def leave_out(self, place: SchemaPlace, keyword: str, why: str) -> None:
        self.left_out.append((place, keyword, why))

    def resolved(self, place: SchemaPlace, schema: Any) -> tuple[SchemaPlace, dict[str, Any], frozenset[str]]:
        """The schema with its references followed, its place, and which references these were.

        Raises ``DraftRefused`` where one leads out of this file, nowhere, or to itself.
        """
        followed: set[str] = set()
        found = self._object(place, schema)
        while "$ref" in found:
            ref = found["$ref"]
            if not isinstance(ref, str) or ref in followed:
                raise refused(
                    (*place, "$ref"), f"{ref!r} leads to itself", allowed="a schema", remedy="correct it"
                )
            followed.add(ref)
            rest = {name: one for name, one in found.items() if name != "$ref"}
            place, target = self._target((*place, "$ref"), ref)
            found = {**self._object(place, target), **rest}
        return place, found, frozenset(followed)

    def _object(self, place: SchemaPlace, schema: Any) -> dict[str, Any]:
        if schema is True:
            return {}
        if not isinstance(schema, dict):
            raise refused(
                place,
                f"{str(schema)[:80]} is no schema",
                allowed="an object or true",
                remedy="correct the schema",
            )
        return schema

    def _target(self, place: SchemaPlace, ref: str) -> tuple[SchemaPlace, Any]:
        own = self.root.get("$id", self.root.get("id")) if isinstance(self.root, dict) else None
        base, _, fragment = ref.partition("#")
        if base and base != own:
            raise refused(
                place,
                f"the reference {ref!r} leads out of this file",
                allowed="references within it, such as #/$defs/name",
                remedy="put that schema into this one, below $defs, and refer to it there",
            )
        tokens = self._tokens(fragment)
        at: Any = self.root
        for token in tokens or ():
            at = _inside(at, token)
        if tokens is None or at is None:
            raise refused(
                place,
                f"the reference {ref!r} leads nowhere",
                allowed="a place in this file",
                remedy="correct it",
            )
        return tokens, at

    def _tokens(self, fragment: str) -> SchemaPlace | None:
        if not fragment:
            return ()
        text = re.sub("%([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), fragment)
        if text.startswith("/"):
            return tuple(part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/"))
        return _anchored(self.root, text, ())


def _inside(at: Any, token: str) -> Any:
    if isinstance(at, dict):
        return at.get(token)
    if isinstance(at, list) and token.isascii() and token.isdigit() and int(token) < len(at):
        return at[int(token)]
    return None


def _anchored(at: Any, name: str, place: SchemaPlace) -> SchemaPlace | None:
    """Where ``$anchor`` (or, before 2019, ``$id: "#name"``) says this name."""
    if isinstance(at, dict):
        if at.get("$anchor") == name or f"#{name}" in (at.get("$id"), at.get("id")):
            return place
        inner = [(token, one) for token, one in at.items()]
    elif isinstance(at, list):
        inner = [(str(token), one) for token, one in enumerate(at)]
    else:
        return None
    return next(filter(None, (_anchored(one, name, (*place, token)) for token, one in inner)), None)
