"""Does one commit add up? Pure: a manifest and its receipt in, complaints out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping

from waybill_ops.audit.entries import Counts
from waybill_ops.audit.entries import Manifest
from waybill_ops.audit.entries import Receipt
from waybill_ops.audit.entries import Span
from waybill_ops.audit.entries import SplitReport
from waybill_ops.audit.entries import StoredObject
from waybill_ops.audit.names import parse_object_key


def judge_manifest(manifest: Manifest) -> Iterator[str]:
    """Its splits and holes cover ``[before, after)`` of each partition exactly once."""
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
    for report in receipt.splits:
        yield from _judge_report(report, topic)
    parts = [report.counts for report in receipt.splits]
    summed = Counts(
        rows=sum(one.rows for one in parts),
        dead=sum(one.dead for one in parts),
        empty=sum(one.empty for one in parts),
        lost=sum(hole.end - hole.start for hole in receipt.holes),
    )
    if receipt.counts != summed:
        yield f"it counts {receipt.counts}, its splits and holes make {summed}"
    if Counter(receipt.reasons) != _merged(report.reasons for report in receipt.splits):
        yield "its reasons are not those of its splits"
    if manifest is None:
        return
    if receipt.home != manifest.home:
        yield f"it is for {' / '.join(receipt.home)}, its manifest for {' / '.join(manifest.home)}"
    if dict(receipt.frontier) != dict(manifest.after):
        yield "its frontier is not its manifest's after"
    if sorted(report.span for report in receipt.splits) != sorted(manifest.splits):
        yield "its splits are not its manifest's"
    declared = [*manifest.holes, *(hole for report in receipt.splits for hole in report.holes)]
    if sorted(receipt.holes) != sorted(declared):
        yield "its holes are not its manifest's and its splits'"


def _judge_report(report: SplitReport, topic: str) -> Iterator[str]:
    span, counts = report.span, report.counts
    if counts.offsets != span.end - span.start:
        yield f"{span} has {span.end - span.start} offsets, {counts} makes {counts.offsets}"
    if counts.rows != sum(one.rows for one in report.data):
        yield f"{span}: {counts.rows} rows are not those of its data objects"
    if counts.dead != (report.dead_letters.rows if report.dead_letters else 0):
        yield f"{span}: {counts.dead} dead letters are not those of its object"
    if counts.dead != sum(report.reasons.values()):
        yield f"{span}: {counts.dead} dead letters have {sum(report.reasons.values())} reasons"
    if counts.lost != sum(hole.end - hole.start for hole in report.holes):
        yield f"{span}: {counts.lost} lost offsets are not those of its holes"
    for hole in report.holes:
        if hole.partition != span.partition or hole.start < span.start or hole.end > span.end:
            yield f"the hole {hole} lies outside {span}"
    for one in report.data:
        yield from _judge_name(one, span, topic, dead=False)
    if report.dead_letters is not None:
        yield from _judge_name(report.dead_letters, span, topic, dead=True)


def _judge_name(stored: StoredObject, span: Span, topic: str, *, dead: bool) -> Iterator[str]:
    promise = parse_object_key(stored.key)
    if (
        promise is None
        or (promise.topic, promise.partition, promise.start, promise.end)
        != (topic, span.partition, span.start, span.end)
        or (promise.date is None) != dead
    ):
        yield f"{stored.key} is no name for {span} of {topic}"


def _merged(many: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in many:
        total.update(one)
    return total
