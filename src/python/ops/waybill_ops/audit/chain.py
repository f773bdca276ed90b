"""Do manifests and receipts follow each other? Pure: commits in, a ledger and findings out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple

from waybill_ops.audit.audited_ledger import AuditedCommit, BoundSplit, Ledger, NamedContract
from waybill_ops.audit.commit import judge_manifest, judge_receipt, judge_recent, judge_schemas
from waybill_ops.audit.entries import BACKFILL, FULL, Counts, Manifest, Receipt, Terms
from waybill_ops.audit.findings import Code, Finding
from waybill_ops.audit.object_names import entry_key, schemas_key


def judge_chain(commits: Iterable[AuditedCommit], *, last: int) -> Ledger:
    """``commits`` in order of number, those without any entry left out.

    ``last`` is the highest number for which a receipt is stored or was once: without a receipt, a manifest up to it
    is a gap, the one after it is open.
    """
    ledger = Ledger(last=last)
    before: AuditedCommit | None = None
    for commit in commits:
        ledger.findings.extend(_gaps(before.number if before else 0, commit, last))
        ledger.findings.extend(_links(before, commit, ledger))
        _absorb(commit, ledger)
        before = commit
    reached = before.number if before else 0
    if reached < last:
        ledger.findings.append(
            _gap(last, "receipt", f"{reached + 1} to {last} are gone; latest.json names {last}")
        )
    return ledger


def _gaps(previous: int, commit: AuditedCommit, last: int) -> Iterator[Finding]:
    if commit.number > previous + 1:
        skipped = (
            f"{previous + 1}" if commit.number == previous + 2 else f"{previous + 1} to {commit.number - 1}"
        )
        yield _gap(
            previous + 1, "receipt", f"there is nothing under number {skipped}, but under {commit.number}"
        )
    if commit.manifest is None:
        yield _gap(commit.number, "manifest", "its receipt is there")
    if commit.receipt is None and commit.number <= last:
        yield _gap(commit.number, "receipt", f"the ledger goes on to receipt {last}")
    if commit.receipt is None and commit.number > last + 1:
        yield _gap(commit.number - 1, "receipt", f"manifest {commit.number} was opened after it")


def _links(before: AuditedCommit | None, commit: AuditedCommit, ledger: Ledger) -> Iterator[Finding]:
    """Complaints about one commit: unreadable, wrong inside, or not following the one before."""
    manifest_key, receipt_key = (entry_key(commit.number, kind) for kind in ("manifest", "receipt"))
    manifest = commit.manifest.says if commit.manifest else None
    receipt = commit.receipt.says if commit.receipt else None
    if commit.manifest and manifest is None:
        yield Finding(Code.ENTRY_UNREADABLE, manifest_key, commit.manifest.problem)
    if commit.receipt and receipt is None:
        yield Finding(Code.ENTRY_UNREADABLE, receipt_key, commit.receipt.problem)
    if commit.bound_problem:
        yield Finding(Code.SCHEMA_ALTERED, schemas_key(commit.number), commit.bound_problem)
    for key, says in ((manifest_key, manifest), (receipt_key, receipt)):
        if says and says.format < FULL and ledger.format == FULL:
            detail = f"its format is {says.format}, the ledger was of format {FULL} before"
            yield Finding(Code.FORMAT_WENT_BACK, key, detail)
        if says and says.number != commit.number:
            yield Finding(Code.CHAIN_BROKEN, key, f"it says number {says.number}")
        if says and ledger.home and says.home != ledger.home:
            detail = f"it is for {' / '.join(says.home)}, the ledger began with {' / '.join(ledger.home)}"
            yield Finding(Code.TOPIC_CHANGED, key, detail)
    if manifest:
        for complaint in judge_manifest(manifest):
            yield Finding(Code.COMMIT_INCONSISTENT, manifest_key, complaint)
    if receipt:
        previous = (
            before.receipt.says if before and before.number == commit.number - 1 and before.receipt else None
        )
        recent = judge_recent(receipt, previous) if previous or commit.number == 1 else ()
        for complaint in (*judge_receipt(receipt, manifest), *recent):
            yield Finding(Code.COMMIT_INCONSISTENT, receipt_key, complaint)
        for key in sorted(_keys(receipt) & ledger.objects.keys()):
            yield Finding(Code.COMMIT_INCONSISTENT, receipt_key, f"{key} is in an earlier receipt already")
    if receipt and manifest and manifest.terms and commit.manifest and not commit.bound_problem:
        for complaint in judge_schemas(receipt, manifest.terms, commit.manifest.sha256, commit.bound):
            yield Finding(Code.COMMIT_INCONSISTENT, receipt_key, complaint)
    if receipt and commit.manifest and receipt.manifest_sha256 != commit.manifest.sha256:
        named = f"{manifest_key} has {commit.manifest.sha256}"
        detail = f"it answers a manifest with sha256 {receipt.manifest_sha256}, {named}"
        yield Finding(Code.CHAIN_BROKEN, receipt_key, detail)
    if manifest:
        yield from _begins(manifest, commit.number, ledger)
        yield from _follows(before, manifest, commit.number)


def _begins(manifest: Manifest, number: int, ledger: Ledger) -> Iterator[Finding]:
    """Where the dataset begins: up to format 2 the format says it, from 3 on ``origin``, which never changes."""
    key = entry_key(number, "manifest")
    if number == 1 and manifest.previous_receipt is not None:
        yield Finding(Code.CHAIN_BROKEN, key, "the first manifest follows another one")
    if manifest.origin is None:
        if (manifest.format == BACKFILL) != (number == 1 and any(manifest.before.values())):
            detail = f"its format is {manifest.format}, which does not go with number {number} and its before"
            yield Finding(Code.CHAIN_BROKEN, key, detail)
        return
    first = manifest.before if number == 1 else ledger.origin
    if first is not None and _moved(manifest.origin) != _moved(first):
        detail = f"its origin is {_offsets(manifest.origin)}, the ledger begins at {_offsets(first)}"
        yield Finding(Code.CHAIN_BROKEN, key, detail)
    if manifest.before.keys() - manifest.origin.keys():
        yield Finding(Code.CHAIN_BROKEN, key, "its origin lacks partitions that its before has")


def _follows(before: AuditedCommit | None, manifest: Manifest, number: int) -> Iterator[Finding]:
    key = entry_key(number, "manifest")
    if number == 1 or before is None or before.number != number - 1 or before.receipt is None:
        return
    if manifest.previous_receipt != before.receipt.sha256:
        named = entry_key(number - 1, "receipt")
        detail = f"it follows a receipt with sha256 {manifest.previous_receipt}, {named} has {before.receipt.sha256}"
        yield Finding(Code.CHAIN_BROKEN, key, detail)
    if before.receipt.says and _moved(manifest.before) != _moved(before.receipt.says.frontier):
        yield Finding(Code.CHAIN_BROKEN, key, f"it does not begin at the frontier of receipt {number - 1}")
    if before.receipt.says:
        terms = before.receipt.says.terms, manifest.terms
        for complaint in filter(
            None, (_other_contract(*terms), _earlier_window(*terms), _other_schemas(*terms))
        ):
            yield Finding(Code.CHAIN_BROKEN, key, complaint)


def _other_contract(before: Terms | None, now: Terms | None) -> str | None:
    """Between commits with documents, which each writer compares: a version has one document, and none is lower."""
    if before is None or now is None or None in (before.contract["document"], now.contract["document"]):
        return None
    was, is_now = before.contract["version"], now.contract["version"]
    if is_now < was:
        return f"its contract is of version {is_now}, the receipt before it of {was}"
    if is_now == was and before.contract["document"] != now.contract["document"]:
        return f"its contract has another document than the receipt before it, and the same version {was}"
    return None


def _earlier_window(before: Terms | None, now: Terms | None) -> str | None:
    """A window only moves on: else a folder would have rows of two meanings."""
    windows = [one.window for one in (before, now) if one and isinstance(one.window, list)]
    if len(windows) < 2 or not all(isinstance(day, str) for one in windows for day in one):
        return None
    was, is_now = windows
    if any(day < earlier for earlier, day in zip(was, is_now, strict=False)):
        return f"its window is {' to '.join(is_now)}, the receipt before it has {' to '.join(was)}"
    return None


def _other_schemas(before: Terms | None, now: Terms | None) -> str | None:
    """A manifest knows what the receipt before it does, and nothing else."""
    if before is None or now is None or dict(before.schemas) == dict(now.schemas):
        return None
    return "its schemas are not those of the receipt before it"


def _absorb(commit: AuditedCommit, ledger: Ledger) -> None:
    manifest = commit.manifest.says if commit.manifest else None
    receipt = commit.receipt.says if commit.receipt else None
    says = receipt or manifest
    ledger.home = ledger.home or (says.home if says else None)
    ledger.format = max(
        (one.format for one in (ledger, manifest, receipt) if one and one.format), default=None
    )
    if manifest and ledger.origin is None:
        # Where the first manifest is gone, a later one of format 3 says it too.
        ledger.origin = manifest.before if commit.number == 1 else manifest.origin
    _bind(manifest, receipt, commit.number, ledger)
    if commit.bound:
        ledger.bound[commit.number] = commit.bound
    if commit.bound_problem:
        ledger.unbound.add(commit.number)
    if receipt:
        ledger.commits += 1
        ledger.frontier = receipt.frontier
        ledger.counts = _plus(ledger.counts, receipt.counts)
        ledger.holes.extend(receipt.holes)
        for report in receipt.splits:
            ledger.objects.update((one.key, one) for one in report.objects)
    elif manifest and commit.number > ledger.last and commit.receipt is None:
        ledger.claims.update((manifest.home[1], split) for split in manifest.splits)


def _bind(manifest: Manifest | None, receipt: Receipt | None, number: int, ledger: Ledger) -> None:
    """Which terms bind which offsets: the manifest's; the receipt's where the manifest is gone."""
    says = manifest or receipt
    if says is None:
        return
    terms = says.terms
    # What comes next is known by the receipt, with what its commit has added.
    ledger.latest = (receipt or says).terms
    if terms and terms.document is not None:
        ledger.documents.setdefault(terms.document, number)
    if manifest and terms and terms.document is not None:
        version, by, has_window = terms.contract["version"], manifest.partition_by, terms.window is not None
        asks = None if receipt is None else receipt.schemas_sha256 is not None
        named = NamedContract(terms.document, version, by, has_window, bool(manifest.splits), asks)
        ledger.named.setdefault(named, number)
    reports = {report.span: report for report in receipt.splits} if receipt else {}
    spans = manifest.splits if manifest else sorted(reports)
    ledger.splits.extend(BoundSplit(number, span, terms, reports.get(span)) for span in spans)


def _keys(receipt: Receipt) -> set[str]:
    return {one.key for report in receipt.splits for one in report.objects}


def _moved(frontier: Mapping[int, int]) -> dict[int, int]:
    """A partition that was added later stands at 0 in one entry and is absent from the one before."""
    return {partition: offset for partition, offset in frontier.items() if offset}


def _offsets(frontier: Mapping[int, int]) -> str:
    return (
        ", ".join(f"{partition}:{offset}" for partition, offset in sorted(frontier.items()))[:200]
        or "nothing"
    )


def _plus(one: Counts, two: Counts) -> Counts:
    return Counts(*(a + b for a, b in zip(astuple(one), astuple(two), strict=True)))


def _gap(number: int, kind: str, detail: str) -> Finding:
    return Finding(Code.LEDGER_GAP, entry_key(number, kind), f"it is not there: {detail}")
