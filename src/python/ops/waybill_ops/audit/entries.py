"""What a manifest and a receipt say, as far as the audit judges it; not the writer's models, on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORMAT = 1
BACKFILL = 2
"""A first manifest that begins after offset 0, before there was format 3."""
FULL = 3
"""Every entry from 0.2.0 on, wherever it begins."""


@dataclass(frozen=True, order=True)
class Span:
    """Offsets ``[start, end)`` of one partition."""

    partition: int
    start: int
    end: int

    def __str__(self) -> str:
        return f"partition {self.partition} [{self.start}, {self.end})"


@dataclass(frozen=True)
class Contents:
    """What a receipt says of the records in an object: partition values, the first and the last offset, the least and
    the greatest time in microseconds (None for dead letters), and bytes of keys and values."""

    partition: tuple[str, ...]
    offsets: tuple[int, int]
    time: tuple[int, int] | None
    raw_bytes: int


@dataclass(frozen=True)
class StoredObject:
    """``contents`` are None up to format 2."""

    key: str
    rows: int
    bytes: int
    sha256: str
    format: int = FORMAT
    contents: Contents | None = None


@dataclass(frozen=True)
class Counts:
    """What became of offsets: rows, dead letters, no record, lost, skipped; ``tombstones`` are among the rows."""

    rows: int
    dead: int
    empty: int
    lost: int
    skipped: int = 0
    tombstones: int = 0

    @property
    def offsets(self) -> int:
        return self.rows + self.dead + self.empty + self.lost + self.skipped


@dataclass(frozen=True)
class SplitReport:
    """``raw_bytes`` is None up to format 2."""

    span: Span
    counts: Counts
    holes: tuple[Span, ...]
    reasons: Mapping[str, int]
    data: tuple[StoredObject, ...]
    dead_letters: StoredObject | None
    raw_bytes: int | None = None

    @property
    def objects(self) -> tuple[StoredObject, ...]:
        return self.data if self.dead_letters is None else (*self.data, self.dead_letters)


@dataclass(frozen=True)
class Terms:
    """Under what a commit was delivered, as manifest and receipt of format 3 both say it."""

    contract: Mapping[str, Any]
    schemas: Mapping[str, str]
    window: Any
    accept_dead: bool

    @property
    def document(self) -> str | None:
        """The sha256 of the contract's document; None in what was written before datasets had documents."""
        found = self.contract["document"]
        return None if found is None else str(found)


@dataclass(frozen=True)
class Manifest:
    """``origin`` and ``terms`` are None up to format 2, where there is no ``partition_by``."""

    format: int
    number: int
    home: tuple[str, str, str]
    """Stream, topic, topic id."""
    previous_receipt: str | None
    before: Mapping[int, int]
    after: Mapping[int, int]
    splits: tuple[Span, ...]
    holes: tuple[Span, ...]
    origin: Mapping[int, int] | None = None
    terms: Terms | None = None
    partition_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recent:
    """Records and dead ones among them, since their share was last judged."""

    records: int
    dead: int


@dataclass(frozen=True)
class Receipt:
    """``recent`` and ``terms`` are None up to format 2. ``schemas_sha256`` is of the commit's object of writers'
    schemas, None where the stream asks no registry."""

    number: int
    home: tuple[str, str, str]
    manifest_sha256: str
    frontier: Mapping[int, int]
    counts: Counts
    reasons: Mapping[str, int]
    splits: tuple[SplitReport, ...]
    holes: tuple[Span, ...]
    format: int = FORMAT
    recent: Recent | None = None
    terms: Terms | None = None
    schemas_sha256: str | None = None
