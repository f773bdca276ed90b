"""The receipt: what arrived, as stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal, Self

from pydantic import model_validator

from waybill_common.errors import LedgerCorrupt
from waybill_common.ledger.entry import (
    Count,
    Entry,
    Frontier,
    LostRange,
    Number,
    Reasons,
    Sha256,
    Span,
    TopicName,
    WriterId,
)
from waybill_common.ledger.manifest import ContractRef3, Manifest, Manifest1
from waybill_common.ledger.recent import Recent
from waybill_common.ledger.split_report import SplitReport, SplitReport1, SplitReport3
from waybill_common.ledger.writer_schemas import SchemaName, StandingSchemas, after_commit


class Receipt1(Entry):
    """Closes commit ``number``. ``frontier`` has every partition of the topic, idle ones included."""

    format: Literal[1]
    kind: Literal["receipt"]
    stream: str
    number: Number
    manifest_sha256: Sha256
    topic: TopicName
    topic_id: str
    frontier: Frontier
    rows: Count
    dead: Count
    empty: Count
    lost: Count
    reasons: Reasons
    splits: tuple[SplitReport1, ...]
    holes: tuple[LostRange, ...]
    writer: WriterId
    release: str

    @model_validator(mode="after")
    def _reaches(self) -> Self:
        _check_reached(self.frontier, (*self.splits, *self.holes))
        return self

    @property
    def objects(self) -> int:
        """How many objects it describes, of data and of dead letters."""
        return _objects(self.splits)

    @property
    def skipped(self) -> int:
        """Contracts of that format ask for every record."""
        return 0


class PeriodWindow(Entry):
    """What the next manifest's window must reach: its first and last period, or null."""

    window: tuple[str, str] | None


class Receipt3(Entry):
    """The same in format 3. What it repeats of the manifest is what the next manifest follows from.

    ``recent`` counts on from receipt to receipt, see ``recent.py``. ``schemas`` are the manifest's and those that the
    commit's object with ``schemas_sha256`` has added; null where the stream asks no registry.
    """

    format: Literal[3]
    kind: Literal["receipt"]
    stream: str
    number: Number
    manifest_sha256: Sha256
    topic: TopicName
    topic_id: str
    contract: ContractRef3
    layout: PeriodWindow
    schemas: dict[SchemaName, Sha256]
    schemas_sha256: Sha256 | None
    frontier: Frontier
    rows: Count
    dead: Count
    skipped: Count
    empty: Count
    lost: Count
    tombstones: Count
    reasons: Reasons
    recent: Recent
    accept_dead: bool
    splits: tuple[SplitReport3, ...]
    holes: tuple[LostRange, ...]
    writer: WriterId
    release: str

    @model_validator(mode="after")
    def _reaches(self) -> Self:
        _check_reached(self.frontier, (*self.splits, *self.holes))
        return self

    @property
    def objects(self) -> int:
        """How many objects it describes, of data and of dead letters."""
        return _objects(self.splits)


Receipt = Receipt1 | Receipt3


def receipt_for(
    manifest: Manifest,
    manifest_sha256: str,
    reports: Sequence[SplitReport],
    *,
    writer: str,
    release: str,
    before: Recent | None = None,
    schemas: StandingSchemas | None = None,
) -> Receipt:
    """The receipt of ``manifest``, of its format; ``before`` is what its ``recent`` goes on from, ``schemas`` what
    stands of a stream that asks a registry.

    Raises ``LedgerCorrupt`` unless each split was reported exactly once, in that format.
    """
    ordered = sorted(reports, key=lambda r: (r.partition, r.start))
    wanted = sorted((s.partition, s.start, s.end) for s in manifest.splits)
    kind = SplitReport1 if isinstance(manifest, Manifest1) else SplitReport3
    if [(r.partition, r.start, r.end) for r in ordered if isinstance(r, kind)] != wanted:
        raise LedgerCorrupt(
            f"Commit {manifest.number}: {len(ordered)} split reports for {len(wanted)} splits.",
            allowed="one report for each split, in the manifest's format.",
            remedy="run again: the open manifest is delivered anew. If it stays, report it as a bug.",
        )
    reasons: Counter[str] = Counter()
    for report in ordered:
        reasons.update(report.reasons)
    rows, dead = sum(r.rows for r in ordered), sum(r.dead for r in ordered)
    empty = sum(r.empty for r in ordered)
    lost = sum(r.lost for r in ordered) + sum(h.length for h in manifest.holes)
    holes = (*manifest.holes, *(lost_range for r in ordered for lost_range in r.holes))
    if isinstance(manifest, Manifest1):
        return Receipt1(
            format=1,
            kind="receipt",
            stream=manifest.stream,
            number=manifest.number,
            manifest_sha256=manifest_sha256,
            topic=manifest.topic,
            topic_id=manifest.topic_id,
            frontier=manifest.after,
            rows=rows,
            dead=dead,
            empty=empty,
            lost=lost,
            reasons=dict(sorted(reasons.items())),
            splits=tuple(r for r in ordered if isinstance(r, SplitReport1)),
            holes=holes,
            writer=writer,
            release=release,
        )
    splits = tuple(r for r in ordered if isinstance(r, SplitReport3))
    return Receipt3(
        format=3,
        kind="receipt",
        stream=manifest.stream,
        number=manifest.number,
        manifest_sha256=manifest_sha256,
        topic=manifest.topic,
        topic_id=manifest.topic_id,
        contract=manifest.contract,
        layout=PeriodWindow(window=manifest.layout.window),
        schemas=after_commit(manifest.schemas, schemas),
        schemas_sha256=None if schemas is None else schemas.sha256,
        frontier=manifest.after,
        rows=rows,
        dead=dead,
        skipped=sum(r.skipped for r in splits),
        empty=empty,
        lost=lost,
        tombstones=sum(r.tombstones for r in splits),
        reasons=dict(sorted(reasons.items())),
        recent=(before or Recent(records=0, dead=0)).plus(rows=rows, dead=dead),
        accept_dead=manifest.accept_dead,
        splits=splits,
        holes=holes,
        writer=writer,
        release=release,
    )


def _check_reached(frontier: Mapping[int, int], moved: Sequence[Span]) -> None:
    """What a receipt covers lies before its frontier, else it would be delivered again."""
    for span in moved:
        if span.end > frontier.get(span.partition, 0):
            raise ValueError(
                f"partition {span.partition}: [{span.start}, {span.end}) ends beyond the frontier"
            )


def _objects(splits: Sequence[SplitReport]) -> int:
    return sum(len(one.data) + (one.dead_letters is not None) for one in splits)
