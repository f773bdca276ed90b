"""Entries parsed by hand from docs/format.md, on purpose not with the writer's models.

``format`` is checked before anything else: an entry of a later format may say anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from waybill_common.errors import ContractUnknown
from waybill_ops.audit import entry_fields as read
from waybill_ops.audit.entries import (
    BACKFILL,
    FORMAT,
    FULL,
    Contents,
    Counts,
    Manifest,
    Receipt,
    Recent,
    Span,
    SplitReport,
    StoredObject,
    Terms,
)
from waybill_ops.audit.entry_fields import UnreadableField
from waybill_ops.audit.writers_schemas import schema_names
from waybill_streams.packaged import STREAMS

_CONTRACT = {FORMAT: "version fingerprint", FULL: "version fingerprint document"}
_LAYOUT = {FORMAT: "row_group_rows compression", FULL: "row_group_rows compression partition_by window"}
_MANIFEST = "contract layout before after splits holes"
_RECEIPT = "manifest_sha256 frontier rows dead empty lost reasons splits holes"
_REPORT = "partition start end rows dead empty lost holes reasons data dead_letters"
_COMPRESSIONS = ("zstd", "snappy", "none")
_FINGERPRINT = re.compile(r"sha256:[0-9a-f]{64}")
_FIRST_DAY, _LAST_DAY = "0001-03-01", "9999-11-30"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WRITER = re.compile(r"[0-9a-f]{32}")
_OBJECT = "key rows bytes sha256"


def parse_manifest(body: bytes) -> Manifest:
    """Raises ``UnreadableField``, and ``ContractUnknown`` for what a later release wrote."""
    fields = read.parse_object(body)
    full = _format(fields, "manifest", FORMAT, BACKFILL, FULL) == FULL
    own = f"previous_receipt {_MANIFEST}" + (" schemas origin accept_dead" if full else "")
    _closed(fields, own)
    contract, layout = read.object_of(fields, "contract"), read.object_of(fields, "layout")
    read.closed(contract, _CONTRACT[FULL if full else FORMAT])
    read.closed(layout, _LAYOUT[FULL if full else FORMAT])
    _require_contract(contract)
    _require_layout(layout)
    previous = fields["previous_receipt"]
    manifest = Manifest(
        format=fields["format"],
        number=read.count(fields, "number"),
        home=_home(fields),
        previous_receipt=None if previous is None else read.sha256(fields, "previous_receipt"),
        before=read.frontier(fields, "before"),
        after=read.frontier(fields, "after"),
        splits=tuple(_span(one) for one in read.list_of(fields, "splits")),
        holes=tuple(_span(one) for one in read.list_of(fields, "holes")),
        origin=read.frontier(fields, "origin") if full else None,
        terms=_terms(fields, layout) if full else None,
        partition_by=_texts(layout, "partition_by") if full else (),
    )
    if manifest.terms:
        _require_known(manifest.terms, manifest.partition_by)
    return manifest


def parse_receipt(body: bytes) -> Receipt:
    """Raises ``UnreadableField``, and ``ContractUnknown`` for what a later release wrote."""
    fields = read.parse_object(body)
    full = _format(fields, "receipt", FORMAT, FULL) == FULL
    _closed(fields, _RECEIPT + (f" {_RECEIPT_OF_3}" if full else ""))
    receipt = Receipt(
        number=read.count(fields, "number"),
        home=_home(fields),
        manifest_sha256=read.sha256(fields, "manifest_sha256"),
        frontier=read.frontier(fields, "frontier"),
        counts=_counts(fields, full=full),
        reasons=_reasons(fields),
        splits=tuple(_report(one, full=full) for one in read.list_of(fields, "splits")),
        holes=tuple(_span(one) for one in read.list_of(fields, "holes")),
        format=fields["format"],
        recent=_recent(fields) if full else None,
        terms=_terms(fields, read.closed(fields["layout"], "window")) if full else None,
        schemas_sha256=read.sha256(fields, "schemas_sha256") if full and fields["schemas_sha256"] else None,
    )
    for name in _later_fields(receipt):
        if fields[name]:
            raise _later(f"a receipt whose {name} is {read.shown(fields[name])}")
    return receipt


def _later_fields(receipt: Receipt) -> tuple[str, ...]:
    """Those that are null or 0 in each receipt of this release without a contract's document: then no registry is
    asked, nothing is selected, and no row is a tombstone."""
    if receipt.terms is None:
        return ()
    is_documented = receipt.terms.document is not None or not _adds_up(receipt)
    return () if is_documented else ("schemas_sha256", "skipped", "tombstones")


def _adds_up(receipt: Receipt) -> bool:
    """Whether skipped records and tombstones are the sums of its splits'. No release wrote other ones."""
    counts = [one.counts for one in receipt.splits]
    return (receipt.counts.skipped, receipt.counts.tombstones) == (
        sum(one.skipped for one in counts),
        sum(one.tombstones for one in counts),
    )


_RECEIPT_OF_3 = "contract layout schemas schemas_sha256 skipped tombstones recent accept_dead"


def _format(fields: Mapping[str, Any], kind: str, *formats: int) -> int:
    found = fields.get("format")
    if type(found) is int and found > FULL:
        raise _later(f"a {kind} of format {read.shown(found)}")
    if type(found) is not int or found not in formats or fields.get("kind") != kind:
        raise UnreadableField(f"it is no {kind} of format {' or '.join(map(str, formats))}")
    return found


def _require_known(terms: Terms, partition_by: tuple[str, ...]) -> None:
    """Fields that this release always writes in one way, two of them where the contract has no document. Only a later
    release writes them otherwise."""
    if terms.document is not None:
        _require_window(terms.window)
        return
    if terms.schemas:
        raise _later(f"a manifest whose schemas are {read.shown(terms.schemas)}")
    for what, found, known in (
        ("layout.window", terms.window, (None,)),
        ("layout.partition_by", partition_by, _without_document()),
    ):
        if found not in known:
            raise _later(f"a manifest whose {what} is {read.shown(found)}")


def _without_document() -> tuple[tuple[str, ...], ...]:
    """How the rows of contracts lie that entries name without a document."""
    return tuple(one.partition_by for registry in STREAMS.values() for one in registry.contracts)


def _require_window(window: Any) -> None:
    """None, or two days in their order."""
    if window is None:
        return
    if not isinstance(window, list) or len(window) != 2 or not all(_is_day(one) for one in window):
        raise UnreadableField(f"layout.window is {read.shown(window)}, not two days")
    if not _FIRST_DAY <= window[0] <= window[1] <= _LAST_DAY:
        raise UnreadableField(f"layout.window is {' to '.join(window)}, not from {_FIRST_DAY} to {_LAST_DAY}")


def _is_day(text: Any) -> bool:
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _texts(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = read.list_of(fields, name)
    if not all(isinstance(one, str) for one in found):
        raise UnreadableField(f"{name} holds what is no text")
    return tuple(found)


def _later(what: str) -> ContractUnknown:
    return ContractUnknown(
        f"The ledger has {what}, which this release can't read.",
        allowed=f"entries of the formats {FORMAT} to {FULL} as this release knows them.",
        remedy="use the release that wrote it, or a later one; nothing was judged.",
    )


def _report(fields: Any, *, full: bool) -> SplitReport:
    read.closed(fields, _REPORT + (" skipped tombstones raw_bytes" if full else ""))
    dead = fields["dead_letters"]
    return SplitReport(
        span=_bounds(fields),
        counts=_counts(fields, full=full),
        holes=tuple(_span(one) for one in read.list_of(fields, "holes")),
        reasons=_reasons(fields),
        data=tuple(_stored(one, full=full) for one in read.list_of(fields, "data")),
        dead_letters=None if dead is None else _stored(dead, full=full),
        raw_bytes=read.count(fields, "raw_bytes") if full else None,
    )


def _stored(fields: Any, *, full: bool) -> StoredObject:
    read.closed(fields, _OBJECT + (" partition offsets time raw_bytes" if full else ""))
    return StoredObject(
        key=read.text(fields, "key"),
        rows=read.positive(fields, "rows"),
        bytes=read.positive(fields, "bytes"),
        sha256=read.sha256(fields, "sha256"),
        format=FULL if full else FORMAT,
        contents=_contents(fields) if full else None,
    )


def _contents(fields: Mapping[str, Any]) -> Contents:
    times = fields["time"]
    return Contents(
        partition=_texts(fields, "partition"),
        offsets=_pair(fields["offsets"], "first last", read.count),
        time=None if times is None else _pair(times, "min max", read.whole),
        raw_bytes=read.count(fields, "raw_bytes"),
    )


def _pair(fields: Any, names: str, take: Callable[[Mapping[str, Any], str], int]) -> tuple[int, int]:
    read.closed(fields, names)
    low, high = (take(fields, name) for name in names.split())
    return low, high


def _terms(fields: Mapping[str, Any], layout: Mapping[str, Any]) -> Terms:
    contract = read.closed(fields["contract"], _CONTRACT[FULL])
    _require_contract(contract)
    if (
        contract["document"] is not None
        and contract["fingerprint"] != f"sha256:{read.sha256(contract, 'document')}"
    ):
        raise UnreadableField("the contract's fingerprint is not that of its document")
    schemas = schema_names(fields, "schemas")
    return Terms(contract, schemas, layout["window"], read.flag(fields, "accept_dead"))


def _require_contract(contract: Mapping[str, Any]) -> None:
    read.positive(contract, "version")
    read.matching(contract, "fingerprint", _FINGERPRINT, "a contract's fingerprint")


def _require_layout(layout: Mapping[str, Any]) -> None:
    read.positive(layout, "row_group_rows")
    if read.text(layout, "compression") not in _COMPRESSIONS:
        raise UnreadableField(f"compression is {read.shown(layout['compression'])}")


def _recent(fields: Mapping[str, Any]) -> Recent:
    recent = read.closed(fields["recent"], "records dead")
    found = Recent(read.count(recent, "records"), read.count(recent, "dead"))
    if found.dead > found.records:
        raise UnreadableField(f"{found.dead} dead letters are among {found.records} recent records")
    return found


def _span(fields: Any) -> Span:
    return _bounds(read.closed(fields, "partition start end"))


def _bounds(fields: Mapping[str, Any]) -> Span:
    span = Span(read.partition(fields), read.count(fields, "start"), read.count(fields, "end"))
    if span.start >= span.end:
        raise UnreadableField(f"{span} is empty")
    return span


def _counts(fields: Mapping[str, Any], *, full: bool) -> Counts:
    names = "rows dead empty lost" + (" skipped tombstones" if full else "")
    return Counts(*(read.count(fields, name) for name in names.split()))


def _reasons(fields: Mapping[str, Any]) -> Mapping[str, int]:
    reasons = read.object_of(fields, "reasons")
    return {name: read.positive(reasons, name) for name in reasons}


def _home(fields: Mapping[str, Any]) -> tuple[str, str, str]:
    return read.text(fields, "stream"), read.text(fields, "topic"), read.text(fields, "topic_id")


def _closed(fields: Mapping[str, Any], own: str) -> None:
    read.closed(fields, f"format kind stream number topic topic_id {own} writer release")
    read.matching(fields, "writer", _WRITER, "32 hex digits")
    read.text(fields, "release")
