"""What a record's frame calls its writer's schema, and a registry is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

SchemaId: TypeAlias = "int | str"
"""A registry's number, or a GUID as text: in lower case, 8-4-4-4-12."""


def in_order(ids: Iterable[SchemaId]) -> list[SchemaId]:
    """Numbers before GUIDs, each once, the lowest first: "the lowest ids" are the same ones for everybody."""
    return sorted({*ids}, key=lambda one: (isinstance(one, str), one))
