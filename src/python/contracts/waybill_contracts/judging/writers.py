"""Writers' schemas by the ids in frames: what an id means is the commit's word, and never a registry's.

A schema is put together with the contract once, whatever commits name it. One of another type than Avro has no datums:
its records are ``not_avro``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from waybill_common.contract import AVRO, SchemaId, WriterSchema
from waybill_common.errors import ContractUnknown
from waybill_common.version import VERSION
from waybill_contracts.avro import AvroType, SchemaRefused, parse_schema
from waybill_contracts.document import ContractDocument
from waybill_contracts.resolution import ResolvedSchema

_MOST_KEPT = 256

_name = re.compile(
    r"([a-z_]+):(?:(0|[1-9][0-9]{0,18})|([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))"
).fullmatch

ReadSchema = Callable[[str], WriterSchema]
"""By the sha256 of its document."""


def writer_name(frame: str, one: SchemaId) -> str:
    """What entries of the ledger call an id."""
    return f"{frame}:{one}"


def avro_type_of(schema: WriterSchema) -> AvroType | None:
    """``None`` where it is of another type than Avro: no record is a datum of it. Raises ``SchemaRefused``."""
    return parse_schema(schema.own.text, schema.texts_before) if schema.own.type == AVRO else None


@dataclass
class KnownSchemas:
    """Those that were met, put together with one document."""

    document: ContractDocument
    _types: dict[str, AvroType | None] = field(default_factory=dict)
    _resolved: dict[str, ResolvedSchema | None] = field(default_factory=dict)
    fast: dict[str, Any] = field(default_factory=dict)
    """What the fast paths keep."""

    def type_of(self, sha256: str, read: ReadSchema) -> AvroType | None:
        if sha256 not in self._types:
            found = _bound_type(sha256, read(sha256))
            _make_room(self._types)
            self._types[sha256] = found
        return self._types[sha256]

    def resolved(self, sha256: str, read: ReadSchema) -> ResolvedSchema | None:
        if sha256 not in self._resolved:
            found = self.type_of(sha256, read)
            _make_room(self._resolved)
            self._resolved[sha256] = None if found is None else ResolvedSchema(found, self.document.root)
        return self._resolved[sha256]


def _bound_type(sha256: str, schema: WriterSchema) -> AvroType | None:
    """Whoever bound it could read it."""
    try:
        return avro_type_of(schema)
    except SchemaRefused as refused:
        raise ContractUnknown(
            f"The writer's schema {sha256} in the dataset is beyond Waybill {VERSION}: {refused}.",
            allowed="schemas of Avro that this release reads.",
            remedy="use the release that wrote it, or a later one. Nothing was written.",
        ) from None


def _make_room(kept: dict[str, AvroType | None] | dict[str, ResolvedSchema | None]) -> None:
    if len(kept) >= _MOST_KEPT:
        del kept[next(iter(kept))]


@dataclass(frozen=True)
class Writers:
    """``schemas`` has the sha256 of each id that a commit knows; any other is null."""

    known: KnownSchemas
    schemas: Mapping[SchemaId, str]
    read: ReadSchema

    def type_of(self, one: SchemaId) -> AvroType | None:
        """``None`` also for a null one."""
        sha256 = self.schemas.get(one)
        return None if sha256 is None else self.known.type_of(sha256, self.read)


def ids_of(frame: str, names: Mapping[str, str | None]) -> dict[SchemaId, str]:
    """Of the entries' names those in this frame, nulls left out."""
    found: dict[SchemaId, str] = {}
    for name, sha256 in names.items():
        said = _name(name)
        if said is not None and said[1] == frame and sha256 is not None:
            found[said[3] or int(said[2])] = sha256
    return found
