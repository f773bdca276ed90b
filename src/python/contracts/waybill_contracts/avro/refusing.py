"""Why a writer's schema is refused."""

from __future__ import annotations

from typing import TypeAlias

SchemaPlace: TypeAlias = tuple[str, ...]


class SchemaRefused(ValueError):
    """``place`` is the way into the schema's JSON."""

    def __init__(self, place: SchemaPlace, found: str, allowed: str) -> None:
        self.place = place
        self.found = found
        self.allowed = allowed
        super().__init__(f"/{'/'.join(place)}: {found}; allowed: {allowed}")


class NotAvro(ValueError):
    """The bytes are no datum of the schema."""
