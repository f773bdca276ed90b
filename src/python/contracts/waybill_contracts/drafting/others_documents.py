"""Contracts of other kinds that are given for a schema: named, so that their owner knows what to give instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from waybill_contracts.drafting.wishes import DraftRefused

_STANDARD = "an Open Data Contract Standard document"
_BY_MEMBER = {
    "dataContractSpecification": "a Data Contract Specification document",
    "asyncapi": "an AsyncAPI document",
    "openapi": "an OpenAPI document",
    "swagger": "an OpenAPI document",
}
_WITH_SCHEMAS = ("an AsyncAPI document", "an OpenAPI document")
_MOST = 1 << 16
"""Bytes of a file in YAML that are looked at."""


def refuse_others_json(tree: Any) -> None:
    """Raises ``DraftRefused`` for one in JSON."""
    if isinstance(tree, Mapping):
        _refuse({name: one for name, one in tree.items() if isinstance(one, str)}, "")


def refuse_others_yaml(data: bytes) -> None:
    """Raises ``DraftRefused`` for one in YAML, by the members at its left edge."""
    _refuse(dict(_members(data[:_MOST])), "in YAML")


def _members(data: bytes) -> Iterator[tuple[str, str]]:
    for found in re.finditer(rb"^[\"']?(\w+)[\"']?:[ \t]+[\"']?([\w.]+)", data, re.MULTILINE):
        yield found[1].decode("ascii", "replace"), found[2].decode("ascii", "replace")


def _refuse(members: Mapping[str, str], form: str) -> None:
    kind = _STANDARD if members.get("kind") == "DataContract" else None
    kind = kind or next((said for name, said in _BY_MEMBER.items() if name in members), None)
    if kind is None:
        return
    as_json = "write it as JSON and " if form else ""
    raise DraftRefused(
        " ".join(filter(None, (f"it is {kind}", form))),
        allowed="a JSON Schema in JSON",
        remedy=f"{as_json}add a member $ref to its root that leads to the schema of the record"
        if kind in _WITH_SCHEMAS
        else "let its own tool export a JSON Schema or an Avro schema, or begin with `--from-sample` or `--topic`",
    )
