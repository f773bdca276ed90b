"""What a manifest and a receipt say. Parsed by hand from docs/format.md, on purpose not with the writer's models."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORMAT = 1
BACKFILL = 2
"""A first manifest that begins behind offset 0."""

_HEX = re.compile(r"[0-9a-f]{64}")
_DIGITS = re.compile(r"0|[1-9][0-9]*")


class Unreadable(Exception):
    """An entry that is none of a format known here; the message says why."""


@dataclass(frozen=True, order=True)
class Span:
    """Offsets ``[start, end)`` of one partition."""

    partition: int
    start: int
    end: int

    def __str__(self) -> str:
        return f"partition {self.partition} [{self.start}, {self.end})"


@dataclass(frozen=True)
class StoredObject:
    key: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Counts:
    """What became of offsets: rows, dead letters, no record, lost."""

    rows: int
    dead: int
    empty: int
    lost: int

    @property
    def offsets(self) -> int:
        return self.rows + self.dead + self.empty + self.lost


@dataclass(frozen=True)
class SplitReport:
    span: Span
    counts: Counts
    holes: tuple[Span, ...]
    reasons: Mapping[str, int]
    data: tuple[StoredObject, ...]
    dead_letters: StoredObject | None


@dataclass(frozen=True)
class Manifest:
    format: int
    number: int
    home: tuple[str, str, str]
    """Stream, topic, topic id."""
    previous_receipt: str | None
    before: Mapping[int, int]
    after: Mapping[int, int]
    splits: tuple[Span, ...]
    holes: tuple[Span, ...]


@dataclass(frozen=True)
class Receipt:
    number: int
    home: tuple[str, str, str]
    manifest_sha256: str
    frontier: Mapping[int, int]
    counts: Counts
    reasons: Mapping[str, int]
    splits: tuple[SplitReport, ...]
    holes: tuple[Span, ...]


def parse_manifest(body: bytes) -> Manifest:
    """Raises ``Unreadable``."""
    own = "previous_receipt contract layout before after splits holes"
    fields = _entry(body, "manifest", own, FORMAT, BACKFILL)
    previous = fields["previous_receipt"]
    _closed(_object(fields, "contract"), "version fingerprint")
    _closed(_object(fields, "layout"), "row_group_rows compression")
    return Manifest(
        format=fields["format"],
        number=_count(fields, "number"),
        home=_home(fields),
        previous_receipt=None if previous is None else _sha256(fields, "previous_receipt"),
        before=_frontier(fields, "before"),
        after=_frontier(fields, "after"),
        splits=tuple(_span(one) for one in _list(fields, "splits")),
        holes=tuple(_span(one) for one in _list(fields, "holes")),
    )


def parse_receipt(body: bytes) -> Receipt:
    """Raises ``Unreadable``."""
    own = "manifest_sha256 frontier rows dead empty lost reasons splits holes"
    fields = _entry(body, "receipt", own, FORMAT)
    return Receipt(
        number=_count(fields, "number"),
        home=_home(fields),
        manifest_sha256=_sha256(fields, "manifest_sha256"),
        frontier=_frontier(fields, "frontier"),
        counts=_counts(fields),
        reasons=_reasons(fields),
        splits=tuple(_report(one) for one in _list(fields, "splits")),
        holes=tuple(_span(one) for one in _list(fields, "holes")),
    )


def _entry(body: bytes, kind: str, own: str, *formats: int) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is not JSON: {error}") from error
    if not isinstance(fields, dict) or fields.get("format") not in formats or fields.get("kind") != kind:
        raise Unreadable(f"it is no {kind} of format {' or '.join(map(str, formats))}")
    return _closed(fields, f"format kind stream number topic topic_id {own} writer release")


def _report(fields: Any) -> SplitReport:
    _closed(fields, "partition start end rows dead empty lost holes reasons data dead_letters")
    dead = fields["dead_letters"]
    return SplitReport(
        span=_bounds(fields),
        counts=_counts(fields),
        holes=tuple(_span(one) for one in _list(fields, "holes")),
        reasons=_reasons(fields),
        data=tuple(_stored(one) for one in _list(fields, "data")),
        dead_letters=None if dead is None else _stored(dead),
    )


def _stored(fields: Any) -> StoredObject:
    _closed(fields, "key rows bytes sha256")
    sizes = _count(fields, "rows"), _count(fields, "bytes")
    return StoredObject(_text(fields, "key"), *sizes, _sha256(fields, "sha256"))


def _span(fields: Any) -> Span:
    return _bounds(_closed(fields, "partition start end"))


def _bounds(fields: Mapping[str, Any]) -> Span:
    span = Span(_count(fields, "partition"), _count(fields, "start"), _count(fields, "end"))
    if span.start >= span.end:
        raise Unreadable(f"{span} is empty")
    return span


def _counts(fields: Mapping[str, Any]) -> Counts:
    return Counts(*(_count(fields, name) for name in ("rows", "dead", "empty", "lost")))


def _reasons(fields: Mapping[str, Any]) -> Mapping[str, int]:
    reasons = _object(fields, "reasons")
    return {name: _count(reasons, name) for name in reasons}


def _frontier(fields: Mapping[str, Any], name: str) -> Mapping[int, int]:
    frontier = _object(fields, name)
    for partition in frontier:
        if not _DIGITS.fullmatch(partition):
            raise Unreadable(f"{name} names partition {partition!r}")
    return {int(partition): _count(frontier, partition) for partition in frontier}


def _home(fields: Mapping[str, Any]) -> tuple[str, str, str]:
    return _text(fields, "stream"), _text(fields, "topic"), _text(fields, "topic_id")


def _closed(fields: Any, names: str) -> dict[str, Any]:
    if not isinstance(fields, dict):
        raise Unreadable(f"{str(fields)[:60]!r} stands where an object belongs")
    off = sorted(set(names.split()) ^ set(fields))
    if off:
        raise Unreadable(f"fields missing or unknown: {', '.join(off)}")
    return fields


def _object(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    return _typed(fields, name, dict)  # type: ignore[no-any-return]  # checked there


def _list(fields: Mapping[str, Any], name: str) -> list[Any]:
    return _typed(fields, name, list)  # type: ignore[no-any-return]  # checked there


def _text(fields: Mapping[str, Any], name: str) -> str:
    return _typed(fields, name, str)  # type: ignore[no-any-return]  # checked there


def _typed(fields: Mapping[str, Any], name: str, kind: type) -> Any:
    if not isinstance(fields[name], kind):
        raise Unreadable(f"{name} is {str(fields[name])[:60]!r}")
    return fields[name]


def _count(fields: Mapping[str, Any], name: str) -> int:
    value = fields[name]
    if type(value) is not int or value < 0:
        raise Unreadable(f"{name} is {str(value)[:60]!r}, not a count")
    return value


def _sha256(fields: Mapping[str, Any], name: str) -> str:
    if not isinstance(fields[name], str) or not _HEX.fullmatch(fields[name]):
        raise Unreadable(f"{name} is {str(fields[name])[:80]!r}, not a sha256")
    return str(fields[name])
