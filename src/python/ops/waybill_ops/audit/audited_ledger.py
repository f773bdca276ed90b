"""A ledger as the audit has it: entries as they are stored, and what they say as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from waybill_ops.audit.entries import Counts, Manifest, Receipt, Span, SplitReport, StoredObject, Terms
from waybill_ops.audit.findings import Finding
from waybill_ops.audit.second_judge import AuditedSchema
from waybill_ops.audit.writers_schemas import BoundSchemas

T = TypeVar("T", Manifest, Receipt)


@dataclass(frozen=True)
class StoredEntry(Generic[T]):
    """A stored entry: its sha256, and its content or why that can't be read."""

    sha256: str
    says: T | None
    problem: str = ""


@dataclass(frozen=True)
class AuditedCommit:
    """The entries stored under one number; None where there is none. ``bound`` is what ids in its records mean, beyond
    its manifest's word."""

    number: int
    manifest: StoredEntry[Manifest] | None
    receipt: StoredEntry[Receipt] | None
    bound: BoundSchemas | None = None
    bound_problem: str = ""
    """Why its object of schemas can't be read."""


@dataclass(frozen=True)
class BoundSplit:
    """A split with what binds the verdicts on its records: ``terms`` are None up to format 2, ``report`` while its
    commit is open."""

    number: int
    span: Span
    terms: Terms | None
    report: SplitReport | None


@dataclass(frozen=True)
class NamedContract:
    """What manifests say of a contract's document besides its name."""

    document: str
    version: int
    partition_by: tuple[str, ...]
    has_window: bool
    moves: bool
    asks: bool | None
    """Whether its receipt follows an object of writers' schemas; None while there is no receipt."""


@dataclass
class Ledger:
    """What the ledger says as a whole.

    ``origin`` is where the first manifest begins, ``last`` the highest receipt's number, ``frontier`` its frontier,
    ``objects`` every stored object by key,
    ``claims`` the splits of open manifests with their topic, ``format`` the highest of any entry, ``documents`` the
    contracts' documents that manifests name, each with the first of them, ``texts`` those documents that stand as they
    were. ``splits`` are all in the order of commits, ``latest`` the terms of the last entry. ``bound`` are commits'
    objects of writers' schemas, ``unbound`` the commits whose object can't be read, ``schemas`` those schemas that
    stand as they were, by sha256.
    """

    last: int = 0
    commits: int = 0
    home: tuple[str, str, str] | None = None
    format: int | None = None
    origin: Mapping[int, int] | None = None
    frontier: Mapping[int, int] = field(default_factory=dict)
    counts: Counts = field(default_factory=lambda: Counts(0, 0, 0, 0))
    objects: dict[str, StoredObject] = field(default_factory=dict)
    holes: list[Span] = field(default_factory=list)
    claims: set[tuple[str, Span]] = field(default_factory=set)
    documents: dict[str, int] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    named: dict[NamedContract, int] = field(default_factory=dict)
    splits: list[BoundSplit] = field(default_factory=list)
    latest: Terms | None = None
    bound: dict[int, BoundSchemas] = field(default_factory=dict)
    unbound: set[int] = field(default_factory=set)
    schemas: dict[str, AuditedSchema] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
