"""What a registry says of a schema, and what is known of it then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from waybill_common.contract import AVRO, WriterSchema
from waybill_common.errors import RegistryRefused, RegistryUnavailable


@dataclass(frozen=True)
class LatestSchema:
    """The newest version of a subject."""

    subject: str
    version: int
    id: int
    schema: WriterSchema


@dataclass(frozen=True)
class NoSuchSchema:
    """The registry's own word, asked for twice."""


@dataclass(frozen=True)
class UnusableSchema:
    """The registry has it, and nobody here takes it; ``why`` is the end of a sentence."""

    why: str


@dataclass(frozen=True)
class UntoldSchema:
    """Nobody answers for it."""

    error: RegistryRefused | RegistryUnavailable


@dataclass(frozen=True)
class SaidReference:
    """Of another schema, as an answer says it."""

    name: str
    subject: str
    version: int


@dataclass(frozen=True)
class SaidSchema:
    """One schema as an answer says it."""

    type: str
    text: str
    references: tuple[SaidReference, ...]


def said_schema(members: dict[str, Any]) -> SaidSchema | None:
    """``None`` where the answer is none of a registry."""
    text, kind, listed = members.get("schema"), members.get("schemaType"), members.get("references")
    if not isinstance(text, str) or not isinstance(kind, str | None) or not isinstance(listed, list | None):
        return None
    references = [_reference(one) for one in listed or ()]
    known = tuple(one for one in references if one is not None)
    return SaidSchema(kind or AVRO, text, known) if len(known) == len(references) else None


def _reference(said: Any) -> SaidReference | None:
    if not isinstance(said, dict):
        return None
    name, subject, version = said.get("name"), said.get("subject"), said.get("version")
    if not isinstance(name, str) or not isinstance(subject, str) or type(version) is not int:
        return None
    if any("\ud800" <= unit <= "\udfff" for unit in subject):
        return None
    return SaidReference(name, subject, version)
