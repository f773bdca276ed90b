"""Writers' schemas in a dataset: their documents, and the one object of each commit that says which id means which."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from waybill_common.contract import SchemaDocument, SchemaReference, WriterSchema
from waybill_common.lake import Lake, ObjectTooLarge, create
from waybill_common.ledger import keys
from waybill_common.ledger.entry import Sha256
from waybill_common.ledger.parse import LARGEST_ENTRY, corrupt, parse_schemas
from waybill_common.ledger.writer_schemas import CommitSchemas, StandingSchemas

LARGEST_SCHEMA = 8 * 2**20
"""Bytes of a document. Its text is one of a megabyte, of which JSON may spell some characters with six bytes."""

MOST_DOCUMENTS = 101
"""Of a schema with all that it refers to."""


@dataclass(frozen=True)
class StoredSchemas:
    lake: Lake

    def store(self, schema: WriterSchema) -> None:
        """Before anything names it; what it refers to first. Raises ``LedgerCorrupt`` where other bytes stand there."""
        for one in schema.documents:
            key = keys.schema_key(one.sha256)
            stored = create(self.lake, key, one.body, one.body.__eq__)
            _checked(key, one.sha256, stored.body)

    def read(self, sha256: str) -> WriterSchema:
        """Raises ``LedgerCorrupt`` where it, or one that it refers to, is not what its name says."""
        found: dict[str, SchemaDocument] = {}
        self._read(sha256, found, set())
        return WriterSchema(tuple(found.values()))

    def _read(self, sha256: str, found: dict[str, SchemaDocument], met: set[str]) -> None:
        """What it refers to comes before it."""
        if sha256 in met:
            return
        met.add(sha256)
        key = keys.schema_key(sha256)
        if len(met) > MOST_DOCUMENTS:
            raise corrupt(key, f"a schema refers to more than {MOST_DOCUMENTS - 1} others")
        document = self._document(key, sha256)
        for one in document.references:
            self._read(one.schema, found, met)
        found[sha256] = document

    def _document(self, key: str, sha256: str) -> SchemaDocument:
        try:
            body = self.lake.get(key, limit=LARGEST_SCHEMA)
        except ObjectTooLarge as error:
            raise corrupt(key, str(error)) from error
        if body is None:
            raise corrupt(key, "an entry of the ledger names it, and it is gone")
        return _parsed(key, _checked(key, sha256, body))

    def of_commit(self, number: int, manifest_sha256: str) -> StandingSchemas | None:
        """The commit's object; None where there is none yet."""
        key = keys.schemas_key(number)
        try:
            body = self.lake.get(key, limit=LARGEST_ENTRY)
        except ObjectTooLarge as error:
            raise corrupt(key, str(error)) from error
        return None if body is None else _of(key, body, number, manifest_sha256)

    def create(self, schemas: CommitSchemas) -> StandingSchemas:
        """The commit's object as it stands then: where somebody else was first, his."""
        key = keys.schemas_key(schemas.number)
        body = schemas.to_json()
        stored = create(self.lake, key, body, body.__eq__)
        return _of(key, stored.body, schemas.number, schemas.manifest_sha256)


def _of(key: str, body: bytes, number: int, manifest_sha256: str) -> StandingSchemas:
    found = parse_schemas(key, body)
    if (found.number, found.manifest_sha256) != (number, manifest_sha256):
        raise corrupt(key, f"it is of manifest {found.number} with sha256 {found.manifest_sha256}")
    return StandingSchemas(found, body)


def _checked(key: str, sha256: str, body: bytes) -> bytes:
    if hashlib.sha256(body).hexdigest() != sha256:
        raise corrupt(key, "its bytes are not those that its name says")
    return body


def _parsed(key: str, body: bytes) -> SchemaDocument:
    try:
        said = _Document.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise corrupt(key, f"{'.'.join(map(str, first['loc']))}: {first['msg'][:300]}") from error
    references = tuple(SchemaReference(one.name, one.document) for one in said.references)
    document = SchemaDocument(said.type, said.text, references)
    if document.body != body:
        raise corrupt(key, "it is not in its canonical form")
    return document


class _Reference(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    document: Sha256 = Field(alias="schema")


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    references: tuple[_Reference, ...]
    text: str
    type: str
