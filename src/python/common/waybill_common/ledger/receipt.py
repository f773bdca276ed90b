"""The receipt: what arrived, as stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated
from typing import Literal
from typing import Self

from pydantic import Field
from pydantic import model_validator

from waybill_common.errors import LedgerCorrupt
from waybill_common.ledger.manifest import Entry
from waybill_common.ledger.manifest import Frontier
from waybill_common.ledger.manifest import Hole
from waybill_common.ledger.manifest import Manifest
from waybill_common.ledger.manifest import Sha256
from waybill_common.ledger.manifest import Span

Count = Annotated[int, Field(ge=0)]


class ObjectEntry(Entry):
    """One stored object: ``bytes`` and ``sha256`` are those of the stored bytes, whoever wrote them."""

    key: str
    rows: Annotated[int, Field(ge=1)]
    bytes: Annotated[int, Field(ge=1)]
    sha256: Sha256


class SplitReport(Span):
    """What became of one split: ``rows + dead + empty + lost`` is its length in offsets.

    ``empty`` offsets held no record (transaction markers, aborted records); ``lost`` ones were gone from Kafka.
    """

    rows: Count
    dead: Count
    empty: Count
    lost: Count
    holes: tuple[Hole, ...]
    reasons: dict[str, Annotated[int, Field(ge=1)]]
    data: tuple[ObjectEntry, ...]
    dead_letters: ObjectEntry | None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.rows + self.dead + self.empty + self.lost != self.length:
            raise ValueError(
                f"{self.rows} + {self.dead} + {self.empty} + {self.lost} offsets in {self.length}"
            )
        if self.rows != sum(one.rows for one in self.data):
            raise ValueError("rows do not add up to those of the data objects")
        if self.dead != (self.dead_letters.rows if self.dead_letters else 0) or self.dead != sum(
            self.reasons.values()
        ):
            raise ValueError("dead letters do not add up")
        return self


class Receipt(Entry):
    """Closes commit ``number``. ``frontier`` has every partition of the topic, idle ones included."""

    format: Literal[1] = 1
    kind: Literal["receipt"] = "receipt"
    stream: str
    number: Annotated[int, Field(ge=1)]
    manifest_sha256: Sha256
    topic: str
    topic_id: str
    frontier: Frontier
    rows: Count
    dead: Count
    empty: Count
    lost: Count
    reasons: dict[str, Annotated[int, Field(ge=1)]]
    splits: tuple[SplitReport, ...]
    holes: tuple[Hole, ...]
    writer: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    release: str

    @property
    def objects(self) -> int:
        """How many objects it describes, of data and of dead letters."""
        return sum(len(one.data) + (one.dead_letters is not None) for one in self.splits)


def receipt_for(
    manifest: Manifest, manifest_sha256: str, reports: Sequence[SplitReport], *, writer: str, release: str
) -> Receipt:
    """The receipt of ``manifest``; raises ``LedgerCorrupt`` unless each split was reported exactly once."""
    ordered = sorted(reports, key=lambda r: (r.partition, r.start))
    wanted = sorted((s.partition, s.start, s.end) for s in manifest.splits)
    if [(r.partition, r.start, r.end) for r in ordered] != wanted:
        raise LedgerCorrupt(
            f"Commit {manifest.number}: {len(ordered)} split reports for {len(wanted)} splits.",
            allowed="one report for each split.",
            remedy="run again: the open manifest is delivered anew. If it stays, report it as a bug.",
        )
    reasons: Counter[str] = Counter()
    for report in ordered:
        reasons.update(report.reasons)
    return Receipt(
        stream=manifest.stream,
        number=manifest.number,
        manifest_sha256=manifest_sha256,
        topic=manifest.topic,
        topic_id=manifest.topic_id,
        frontier=manifest.after,
        rows=sum(r.rows for r in ordered),
        dead=sum(r.dead for r in ordered),
        empty=sum(r.empty for r in ordered),
        lost=sum(r.lost for r in ordered) + sum(h.length for h in manifest.holes),
        reasons=dict(sorted(reasons.items())),
        splits=tuple(ordered),
        holes=(*manifest.holes, *(hole for r in ordered for hole in r.holes)),
        writer=writer,
        release=release,
    )
