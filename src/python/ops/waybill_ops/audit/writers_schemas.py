"""Writers' schemas as the lake binds them, read by hand from docs/format.md: the auditor asks no registry.

A commit's object says what ids in its records mean beyond what its manifest says; each schema is a document of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from waybill_common.errors import ContractUnknown
from waybill_ops.audit import entry_fields as read
from waybill_ops.audit.entry_fields import UnreadableField
from waybill_ops.audit.findings import Code, Finding
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.local_files import Unsafe
from waybill_ops.audit.object_names import schema_key, schemas_key
from waybill_ops.audit.second_judge import AuditedSchema, NoSchema, read_schema

NAME = re.compile(
    r"(confluent|apicurio):(0|[1-9][0-9]{0,18})"
    r"|confluent_header:(0|[1-9][0-9]{0,9}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WRITER = re.compile(r"[0-9a-f]{32}")
_LARGEST_OBJECT = 128 << 20
_LARGEST_DOCUMENT = 8 << 20
_MOST_REFERENCES = 100


@dataclass(frozen=True)
class BoundSchemas:
    """A commit's object: what it says, and the sha256 of its bytes."""

    sha256: str
    manifest_sha256: str
    schemas: Mapping[str, str | None]


@dataclass
class SchemasRead:
    """``schemas`` are those that stand as their names say, by sha256; each with all that it refers to."""

    schemas: dict[str, AuditedSchema] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def schema_names(fields: Mapping[str, Any], name: str, *, nulls: bool = False) -> Mapping[str, Any]:
    """A map of frames and ids to sha256. Raises ``UnreadableField``."""
    found = read.object_of(fields, name)
    for one, sha256 in found.items():
        if not NAME.fullmatch(one):
            raise UnreadableField(f"{name} has {read.shown(one)}, which is no frame and id")
        if not (nulls and sha256 is None) and not (isinstance(sha256, str) and _SHA256.fullmatch(sha256)):
            raise UnreadableField(f"{name} has {read.shown(sha256)}, which is no sha256")
    return found


def read_bound(lake: LakeReader, number: int) -> BoundSchemas | None:
    """Raises ``UnreadableField`` and ``Unsafe`` for what is none, ``ContractUnknown`` for a later release's."""
    body = lake.read(schemas_key(number), _LARGEST_OBJECT)
    if body is None:
        return None
    fields = read.parse_object(body)
    kind = fields.get("format")
    if type(kind) is int and kind > 3:
        raise ContractUnknown(
            f"{schemas_key(number)} is of format {read.shown(kind)}, which this release can't read.",
            allowed="entries of the formats 1 to 3.",
            remedy="use the release that wrote it, or a later one; nothing was judged.",
        )
    read.closed(fields, "format kind stream number manifest_sha256 schemas writer release")
    if kind != 3 or fields["kind"] != "schemas" or read.count(fields, "number") != number:
        raise UnreadableField(f"it is no object of schemas of commit {number}")
    read.matching(fields, "writer", _WRITER, "32 hex digits")
    read.text(fields, "stream")
    read.text(fields, "release")
    return BoundSchemas(
        hashlib.sha256(body).hexdigest(),
        read.sha256(fields, "manifest_sha256"),
        schema_names(fields, "schemas", nulls=True),
    )


def read_schemas(lake: LakeReader, named: Iterable[str]) -> SchemasRead:
    """The documents that entries name, and those that they refer to."""
    done = SchemasRead()
    documents: dict[str, dict[str, Any] | None] = {}
    for sha256 in sorted({*named}):
        order: dict[str, None] = {}
        if _collect(lake, sha256, documents, order, done.findings):
            texts = [documents[one]["text"] for one in order]  # type: ignore[index]  # all were read
            kind = documents[sha256]["type"]  # type: ignore[index]
            schema = AuditedSchema(kind, texts[-1], tuple(texts[:-1]))
            if problem := _problem(schema):
                done.findings.append(Finding(Code.SCHEMA_ALTERED, schema_key(sha256), problem))
            else:
                done.schemas[sha256] = schema
    return done


def _problem(schema: AuditedSchema) -> str:
    """Whoever bound it could read it."""
    try:
        if schema.type == "AVRO":
            read_schema(schema.text, schema.before)
    except NoSchema as problem:
        return str(problem)
    return ""


def _collect(
    lake: LakeReader,
    sha256: str,
    documents: dict[str, dict[str, Any] | None],
    order: dict[str, None],
    findings: list[Finding],
) -> bool:
    """Whether it and all that it refers to stand; ``order`` has what is referred to first."""
    way: list[tuple[str, Iterator[str]]] = []
    met: set[str] = set()
    step: str | None = sha256
    while True:
        if step is not None and step not in met:
            met.add(step)
            if step not in documents:
                documents[step] = _document(lake, step, findings)
            said = documents[step]
            if said is None or len(met) > _MOST_REFERENCES + 1:
                return False
            way.append((step, iter([one["schema"] for one in said["references"]])))
        if not way:
            return True
        at, following = way[-1]
        step = next(following, None)
        if step is None:
            order[at] = None
            way.pop()


def _document(lake: LakeReader, sha256: str, findings: list[Finding]) -> dict[str, Any] | None:
    key = schema_key(sha256)
    try:
        return _said(lake.read(key, _LARGEST_DOCUMENT), sha256)
    except (UnreadableField, Unsafe) as problem:
        findings.append(Finding(Code.SCHEMA_ALTERED, key, str(problem)))
        return None


def _said(body: bytes | None, sha256: str) -> dict[str, Any]:
    if body is None:
        raise UnreadableField("an entry names it, the lake does not have it")
    if (found := hashlib.sha256(body).hexdigest()) != sha256:
        raise UnreadableField(f"its bytes have the sha256 {found}")
    try:
        said = json.loads(body.decode())
        good = (
            said.keys() == {"type", "text", "references"}
            and isinstance(said["type"], str)
            and isinstance(said["text"], str)
            and all(
                one.keys() == {"name", "schema"} and _SHA256.fullmatch(one["schema"])
                for one in said["references"]
            )
        )
    except (ValueError, AttributeError, TypeError, RecursionError):
        good = False
    if not good:
        raise UnreadableField("it is no schema's document")
    return said  # type: ignore[no-any-return]  # its members were looked at
