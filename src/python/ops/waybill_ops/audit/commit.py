"""Does one commit add up? Pure: a manifest and its receipt in, complaints out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from waybill_ops.audit.entries import (
    FULL,
    Counts,
    Manifest,
    Receipt,
    Recent,
    Span,
    SplitReport,
    StoredObject,
    Terms,
)
from waybill_ops.audit.object_names import parse_object_key
from waybill_ops.audit.writers_schemas import BoundSchemas

JUDGED = 1000
"""Records after which the share of dead letters is judged."""


def judge_manifest(manifest: Manifest) -> Iterator[str]:
    """Its splits and lost ranges cover ``[before, after)`` of each partition exactly once; from format 3 on that
    may be nothing."""
    if manifest.format < FULL and not manifest.splits and not manifest.holes:
        yield "it moves nothing"
    spans = sorted([*manifest.splits, *manifest.holes])
    at = dict(manifest.before)
    for span in spans:
        if span.start != at.get(span.partition, 0):
            yield f"{span} does not begin at {at.get(span.partition, 0)}"
        at[span.partition] = max(span.end, at.get(span.partition, 0))
    if set(at) - set(manifest.after):
        yield f"partitions {sorted(set(at) - set(manifest.after))} are not in after"
    for partition, end in manifest.after.items():
        if at.get(partition, 0) != end:
            yield f"partition {partition} is covered up to {at.get(partition, 0)}, after says {end}"


def judge_receipt(receipt: Receipt, manifest: Manifest | None) -> Iterator[str]:
    """Its sums are those of its splits, its objects bear their splits' names, and it answers its manifest."""
    topic = receipt.home[1]
    is_documented = receipt.terms is not None and receipt.terms.document is not None
    for report in receipt.splits:
        yield from _judge_report(report, topic, is_documented=is_documented)
    parts = [report.counts for report in receipt.splits]
    summed = Counts(
        rows=sum(one.rows for one in parts),
        dead=sum(one.dead for one in parts),
        empty=sum(one.empty for one in parts),
        lost=sum(lost_range.end - lost_range.start for lost_range in receipt.holes),
        skipped=sum(one.skipped for one in parts),
        tombstones=sum(one.tombstones for one in parts),
    )
    if receipt.counts != summed:
        yield f"it counts {receipt.counts}, its splits and lost ranges make {summed}"
    if Counter(receipt.reasons) != _merged(report.reasons for report in receipt.splits):
        yield "its reasons are not those of its splits"
    if manifest is None:
        return
    if (receipt.format == FULL) != (manifest.format == FULL):
        yield f"its format is {receipt.format}, its manifest's {manifest.format}"
    if receipt.terms != manifest.terms and receipt.terms and manifest.terms:
        yield from _other_terms(receipt.terms, manifest.terms)
    if receipt.home != manifest.home:
        yield f"it is for {' / '.join(receipt.home)}, its manifest for {' / '.join(manifest.home)}"
    if dict(receipt.frontier) != dict(manifest.after):
        yield "its frontier is not its manifest's after"
    if sorted(report.span for report in receipt.splits) != sorted(manifest.splits):
        yield "its splits are not its manifest's"
    declared = [*manifest.holes, *(lost_range for report in receipt.splits for lost_range in report.holes)]
    if sorted(receipt.holes) != sorted(declared):
        yield "its lost ranges are not its manifest's and its splits'"


def _other_terms(receipt: Terms, manifest: Terms) -> Iterator[str]:
    for what in ("contract", "window", "accept_dead"):
        if getattr(receipt, what) != getattr(manifest, what):
            yield f"its {what} is not its manifest's"


def judge_schemas(
    receipt: Receipt, manifest: Terms, manifest_sha256: str, bound: BoundSchemas | None
) -> Iterator[str]:
    """A receipt knows its manifest's schemas and those that the commit's object has added, and names that object."""
    added = bound.schemas if bound else {}
    known = {name: sha256 for name, sha256 in added.items() if sha256 is not None} | dict(manifest.schemas)
    if receipt.terms is not None and dict(receipt.terms.schemas) != known:
        yield "its schemas are not its manifest's and those of the commit's object"
    if receipt.schemas_sha256 != (bound.sha256 if bound else None):
        yield f"it names an object of schemas with sha256 {receipt.schemas_sha256}, {_stands(bound)}"
    if bound and bound.manifest_sha256 != manifest_sha256:
        yield f"the object of its schemas is of a manifest with sha256 {bound.manifest_sha256}"


def _stands(bound: BoundSchemas | None) -> str:
    return f"the one that stands has {bound.sha256}" if bound else "none stands"


def judge_recent(receipt: Receipt, before: Receipt | None) -> Iterator[str]:
    """``recent`` goes on from the receipt before, unless that one was judged: 1,000 records, or dead ones accepted, or
    another contract; it begins anew then."""
    if receipt.recent is None:
        return
    own = Recent(receipt.counts.rows + receipt.counts.dead, receipt.counts.dead)
    if before and before.recent and _goes_on(before, receipt):
        own = Recent(own.records + before.recent.records, own.dead + before.recent.dead)
    if receipt.recent != own:
        yield f"its recent is {receipt.recent}, the receipts make {own}"


def _goes_on(before: Receipt, receipt: Receipt) -> bool:
    if before.recent is None or before.terms is None or receipt.terms is None:
        return False
    same = before.terms.contract == receipt.terms.contract
    return same and before.recent.records < JUDGED and not before.terms.accept_dead


def _judge_report(report: SplitReport, topic: str, *, is_documented: bool) -> Iterator[str]:
    span, counts = report.span, report.counts
    if counts.offsets != span.end - span.start:
        yield f"{span} has {span.end - span.start} offsets, {counts} makes {counts.offsets}"
    if counts.rows != sum(one.rows for one in report.data):
        yield f"{span}: {counts.rows} rows are not those of its data objects"
    if counts.dead != (report.dead_letters.rows if report.dead_letters else 0):
        yield f"{span}: {counts.dead} dead letters are not those of its object"
    if counts.dead != sum(report.reasons.values()):
        yield f"{span}: {counts.dead} dead letters have {sum(report.reasons.values())} reasons"
    if counts.lost != sum(lost_range.end - lost_range.start for lost_range in report.holes):
        yield f"{span}: {counts.lost} lost offsets are not those of its lost ranges"
    if counts.tombstones > counts.rows:
        yield f"{span}: {counts.tombstones} tombstones among {counts.rows} rows"
    yield from _judge_contents(report, is_documented=is_documented)
    for lost_range in report.holes:
        if (
            lost_range.partition != span.partition
            or lost_range.start < span.start
            or lost_range.end > span.end
        ):
            yield f"the lost range {lost_range} lies outside {span}"
    for one in report.data:
        yield from _judge_name(one, span, topic, dead=False, is_documented=is_documented)
    if report.dead_letters is not None:
        yield from _judge_name(report.dead_letters, span, topic, dead=True, is_documented=is_documented)


def _judge_contents(report: SplitReport, *, is_documented: bool) -> Iterator[str]:
    """Format 3's facts of objects: each lies within its split, and their bytes add up to the split's. Rows of a
    contract with a document may have no time."""
    span = report.span
    summed = sum(one.contents.raw_bytes for one in report.objects if one.contents)
    if report.raw_bytes is not None and (
        summed > report.raw_bytes or (summed < report.raw_bytes and not report.counts.skipped)
    ):
        yield f"{span} has {report.raw_bytes} raw bytes, its objects {summed}"
    for one in report.objects:
        if one.contents is None:
            continue
        first, last = one.contents.offsets
        if not span.start <= first <= last < span.end or last - first + 1 < one.rows:
            yield f"{one.key} has {one.rows} rows from offset {first} to {last} of {span}"
        promise = parse_object_key(one.key)
        if promise and one.contents.partition != promise.values:
            yield f"{one.key} has the partition values {list(one.contents.partition)}"
        is_dead, is_timeless = one is report.dead_letters, one.contents.time is None
        if is_dead != is_timeless and (is_dead or not is_documented):
            yield f"{one.key} has the times {one.contents.time}"


def _judge_name(
    stored: StoredObject, span: Span, topic: str, *, dead: bool, is_documented: bool
) -> Iterator[str]:
    promise = parse_object_key(stored.key)
    if (
        promise is None
        or (promise.topic, promise.partition, promise.start, promise.end)
        != (topic, span.partition, span.start, span.end)
        or (promise.place is None) != dead
        or not (dead or is_documented or promise.date)
    ):
        yield f"{stored.key} is no name for {span} of {topic}"


def _merged(many: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in many:
        total.update(one)
    return total
