"""The schema that a value's writer used, as a dataset keeps it: its text, and those it refers to by their hashes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

AVRO = "AVRO"


@dataclass(frozen=True)
class SchemaReference:
    """``name`` is what the schema that refers calls it, ``schema`` the sha256 of its document."""

    name: str
    schema: str


@dataclass(frozen=True)
class SchemaDocument:
    """``type`` is a registry's word: AVRO, JSON, PROTOBUF or a later one. ``text`` is the registry's, verbatim."""

    type: str
    text: str
    references: tuple[SchemaReference, ...] = ()

    @cached_property
    def body(self) -> bytes:
        """The document: the same schema is the same bytes, whoever stores it."""
        listed = [{"name": one.name, "schema": one.schema} for one in self.references]
        said = {"references": listed, "text": self.text, "type": self.type}
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @cached_property
    def sha256(self) -> str:
        """The name of its document in a dataset."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class WriterSchema:
    """A schema and all that it refers to, each once; no document comes before one that it refers to, so the last is the
    schema itself.
    """

    documents: tuple[SchemaDocument, ...]

    @property
    def own(self) -> SchemaDocument:
        return self.documents[-1]

    @property
    def sha256(self) -> str:
        return self.own.sha256

    @property
    def texts_before(self) -> tuple[str, ...]:
        """Those of the references, in an order in which they can be read."""
        return tuple(one.text for one in self.documents[:-1])
