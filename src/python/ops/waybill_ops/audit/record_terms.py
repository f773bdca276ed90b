"""By what each record of the log is judged: the terms of the commit in whose split its offset lies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from waybill_common.errors import ContractUnknown
from waybill_ops.audit.audited_documents import Document, NoDocument, read_contract
from waybill_ops.audit.audited_ledger import BoundSplit, Ledger, NamedContract
from waybill_ops.audit.entries import SplitReport, Terms
from waybill_ops.audit.findings import Code, Finding
from waybill_ops.audit.object_names import document_key, entry_key
from waybill_ops.audit.second_judge import WHOLE_CALENDAR, AuditedSchemas, AuditedWindow
from waybill_streams.packaged import STREAMS


@dataclass(frozen=True)
class RecordTerms:
    """``document`` judges. Where there is none, rows are compared by their columns, or, if not even those are known,
    by their coordinates alone. ``schemas`` are writers' by the ids in frames, where a registry has them."""

    document: Document | None = None
    window: AuditedWindow = WHOLE_CALENDAR
    has_columns: bool = False
    schemas: AuditedSchemas = field(default_factory=dict)


BY_COLUMNS = RecordTerms(has_columns=True)
"""A contract that this release carries: DuckDB reads its records."""

BY_COORDINATES = RecordTerms()
"""The contract's document is gone or altered, which is a finding."""


def read_documents(ledger: Ledger) -> tuple[Mapping[str, Document], list[Finding]]:
    """The documents that stand, by their sha256, and what is wrong with them or with how manifests name them.

    Raises ``ContractUnknown`` for one that a later release wrote.
    """
    documents: dict[str, Document] = {}
    findings: list[Finding] = []
    for sha256, text in ledger.texts.items():
        try:
            documents[sha256] = read_contract(text, sha256)
        except NoDocument as problem:
            findings.append(Finding(Code.CONTRACT_ALTERED, document_key(sha256), str(problem)))
    first: list[str] | None = None
    for named, number in ledger.named.items():
        document = documents.get(named.document)
        if document is None:
            continue
        first = document["partition_by"] if first is None else first
        findings += [
            Finding(Code.COMMIT_INCONSISTENT, entry_key(number, "manifest"), complaint)
            for complaint in _misnamed(named, document, first, ledger.home[0] if ledger.home else "")
        ]
    return documents, findings


def _misnamed(
    named: NamedContract, document: Document, partition_by: Sequence[str], stream: str
) -> Iterator[str]:
    if stream not in (document["stream"], f"{document['stream']}_redriven"):
        yield f"it is of stream {stream}, its contract's document of {document['stream']}"
    if named.version != document["version"]:
        yield f"it names version {named.version} of the contract, the document has {document['version']}"
    if list(named.partition_by) != document["partition_by"]:
        yield f"its partition_by is {list(named.partition_by)}, its document's {document['partition_by']}"
    if document["partition_by"] != partition_by:
        yield f"its rows lie by {document['partition_by']}, the dataset's by {partition_by}"
    asks = "registry" in document["value"]
    if named.asks is not None and named.asks != asks:
        yield f"its receipt follows {'no' if asks else 'an'} object of writers' schemas"
    if _has_periods(document) != named.has_window and (named.moves or named.has_window):
        yield f"it has {'a' if named.has_window else 'no'} window for {document['partition_by']}"


def _has_periods(document: Document) -> bool:
    """0.1.0's dates have no window."""
    return "legacy" not in document and any(
        not one.startswith("identity(") for one in document["partition_by"]
    )


class TermsByOffset:
    """``carried`` are the documents of contracts that this release compares by columns; None for a stream of which it
    carries no contract."""

    def __init__(
        self, ledger: Ledger, documents: Mapping[str, Document], carried: Collection[str] | None
    ) -> None:
        self.splits = ledger.splits
        self._documents = documents
        self._carried = carried
        self._bound = {number: one.schemas for number, one in ledger.bound.items()}
        self._unbound = ledger.unbound
        self._schemas = ledger.schemas
        self._known: dict[tuple[str | None, AuditedWindow, int], RecordTerms] = {}
        self._latest = self._of(ledger.latest, 0)
        self._ways = [self._latest]
        starts: dict[int, list[tuple[int, int]]] = {}
        for index, split in enumerate(self.splits):
            starts.setdefault(split.span.partition, []).append((split.span.start, index))
            if (way := self._of(split.terms, split.number)) is not self._ways[-1]:
                self._ways.append(way)
        self._starts = {partition: sorted(found) for partition, found in starts.items()}

    def split_at(self, partition: int, offset: int) -> int | None:
        """The number of the split that has the offset."""
        starts = self._starts.get(partition, [])
        at = bisect_right(starts, (offset, len(self.splits))) - 1
        if at < 0 or offset >= self.splits[starts[at][1]].span.end:
            return None
        return starts[at][1]

    def of_split(self, index: int | None) -> RecordTerms:
        """What lies in no split is judged as the dataset's next records will be."""
        return self._latest if index is None else self._of_split(self.splits[index])

    def documented(self) -> Iterator[tuple[int, BoundSplit, SplitReport, bool]]:
        """Closed splits that a document judges, each with its number, and whether the document skips records."""
        for index, split in enumerate(self.splits):
            document = self.of_split(index).document
            if split.report is not None and document is not None:
                yield index, split, split.report, "select" in document

    @property
    def needs_columns_alone(self) -> bool:
        return all(one.has_columns for one in self._ways)

    def _of_split(self, split: BoundSplit) -> RecordTerms:
        return self._of(split.terms, split.number)

    def _of(self, terms: Terms | None, number: int) -> RecordTerms:
        sha256 = terms.document if terms else None
        if self._carried is not None and (sha256 is None or sha256 in self._carried):
            return BY_COLUMNS
        if sha256 is None:
            return BY_COORDINATES
        if sha256 not in self._documents:
            return BY_COORDINATES
        window = _window(terms.window if terms else None)
        document = self._documents[sha256]
        asks = "registry" in document["value"]
        key = sha256, window, number if asks else 0
        if key not in self._known:
            schemas = self._schemas_of(document, terms, number) if asks else {}
            judges = RecordTerms(document, window, schemas=schemas or {})
            self._known[key] = BY_COORDINATES if schemas is None else judges
        return self._known[key]

    def _schemas_of(self, document: Document, terms: Terms | None, number: int) -> AuditedSchemas | None:
        """The manifest's word before that of the commit's object. ``None`` where that or a schema is gone or altered,
        which is a finding."""
        names = {**self._bound.get(number, {}), **(terms.schemas if terms else {})}
        begin = f"{document['value'].get('frame')}:"
        named = {sha256 for sha256 in names.values() if sha256 is not None}
        if number in self._unbound or not named <= self._schemas.keys():
            return None
        return {
            _id(name.removeprefix(begin)): self._schemas[sha256]
            for name, sha256 in names.items()
            if sha256 is not None and name.startswith(begin)
        }


def _id(told: str) -> int | str:
    """A number, or a GUID, which has hyphens."""
    return told if "-" in told else int(told)


def _window(said: Any) -> AuditedWindow:
    """A receipt without its manifest may say anything."""
    if isinstance(said, list) and len(said) == 2 and all(isinstance(one, str) for one in said):
        return said[0], said[1]
    return WHOLE_CALENDAR


def terms_of(ledger: Ledger, stream: str) -> TermsByOffset:
    """Raises ``ContractUnknown`` for documents, or a contract without one, by which this release can't judge."""
    carried = STREAMS.get(stream)
    if carried is None and any(
        split.terms is None or split.terms.document is None for split in ledger.splits
    ):
        raise ContractUnknown(
            f"Commits of stream {stream} name no document of their contract, and this release carries none of it.",
            allowed=f"commits with a document, or of the streams {', '.join(sorted(STREAMS))}.",
            remedy="use the release that wrote them; nothing was judged.",
        )
    documents, findings = read_documents(ledger)
    ledger.findings.extend(findings)
    known = {one.document_sha256 for one in carried.contracts} if carried else None
    return TermsByOffset(ledger, documents, known)
