"""``select``: whether a record is asked for at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from waybill_contracts.avro import RecordType
from waybill_contracts.document import Choice
from waybill_contracts.scanning import Repeated

WANTED = "wanted"
UNWANTED = "unwanted"
TWICE = "twice"
"""The name that would say it stands twice: the record is dead, and judged as if it were wanted."""


def by_member(choice: Choice, tree: dict[str, Any], *, last_counts: bool) -> str:
    if not last_counts and isinstance(tree, Repeated) and choice.name in tree.repeated:
        return TWICE
    found = tree.get(choice.name)
    return WANTED if found.__class__ is str and found in choice.texts else UNWANTED


def by_header(choice: Choice, headers: Sequence[tuple[bytes, bytes | None]]) -> str:
    found = [value for name, value in headers if name == choice.name.encode()]
    if len(found) > 1:
        return TWICE
    if not found or found[0] is None:
        return UNWANTED
    try:
        text = found[0].decode()
    except UnicodeDecodeError:
        return UNWANTED
    return WANTED if text in choice.texts else UNWANTED


def by_schema(choice: Choice, record: RecordType) -> str:
    """By a member of the writer's schema that is a text: ``name`` is the record's full one."""
    return WANTED if record.said.get(choice.name) in choice.texts else UNWANTED
