"""The manifest: everything that shapes names or content of a commit's objects, fixed before the first byte."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated
from typing import Literal
from typing import Self

from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import model_validator

Offset = Annotated[int, Field(ge=0)]
Partition = Annotated[int, Field(ge=0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Frontier = dict[Partition, Offset]


class Entry(BaseModel):
    """Base of everything stored in the ledger: frozen, closed, JSON with sorted-by-declaration fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_json(self) -> bytes:
        return self.model_dump_json(indent=2).encode() + b"\n"


class Span(Entry):
    """Offsets ``[start, end)`` of one partition."""

    partition: Partition
    start: Offset
    end: Offset

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.start >= self.end:
            raise ValueError(f"an empty or backward range: [{self.start}, {self.end})")
        return self

    @property
    def length(self) -> int:
        return self.end - self.start


class Split(Span):
    """The unit that one task delivers."""


class Hole(Span):
    """Offsets that Kafka had dropped before they were delivered, accepted as lost by an explicit flag."""


def holes_of(partition: int, offsets: Iterable[int]) -> tuple[Hole, ...]:
    """The fewest holes that cover exactly ``offsets``."""
    edges: list[list[int]] = []
    for offset in sorted(offsets):
        if edges and edges[-1][1] == offset:
            edges[-1][1] = offset + 1
        else:
            edges.append([offset, offset + 1])
    return tuple(Hole(partition=partition, start=start, end=end) for start, end in edges)


class ContractRef(Entry):
    """The contract that binds whoever delivers the manifest."""

    version: Annotated[int, Field(ge=1)]
    fingerprint: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


class Layout(Entry):
    """How objects are cut and stored. Lengths are offsets of a split, not rows that happened to be fetched."""

    row_group_rows: Annotated[int, Field(ge=1)]
    compression: Literal["zstd", "snappy", "none"]


class Manifest(Entry):
    """Commit ``number``: which offsets move, and under which contract.

    ``before`` is the frontier it starts from, ``after`` the frontier its receipt will have; every partition of the
    topic is in both. ``splits`` and ``holes`` together cover ``[before, after)`` of each partition, once.
    Format 2 is that of a first manifest that begins behind offset 0, as a backfill's does.
    """

    format: Literal[1, 2] = 1
    kind: Literal["manifest"] = "manifest"
    stream: str
    number: Annotated[int, Field(ge=1)]
    previous_receipt: Sha256 | None
    topic: str
    topic_id: str
    contract: ContractRef
    layout: Layout
    before: Frontier
    after: Frontier
    splits: tuple[Split, ...]
    holes: tuple[Hole, ...]
    writer: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    release: str

    @model_validator(mode="after")
    def _says_where_it_begins(self) -> Self:
        if (self.format == 2) != (self.number == 1 and any(self.before.values())):
            raise ValueError(f"format {self.format} under number {self.number} with before {self.before}")
        return self

    @model_validator(mode="after")
    def _covers(self) -> Self:
        spans: dict[int, list[Span]] = {}
        for span in (*self.splits, *self.holes):
            spans.setdefault(span.partition, []).append(span)
        if set(self.before) - set(self.after) or set(spans) - set(self.after):
            raise ValueError("a partition is missing from the frontier")
        if not spans:
            raise ValueError("a manifest that moves nothing")
        for partition, end in self.after.items():
            at = self.before.get(partition, 0)
            for span in sorted(spans.get(partition, []), key=lambda s: s.start):
                if span.start != at:
                    raise ValueError(
                        f"partition {partition}: [{at}, {span.start}) is not covered exactly once"
                    )
                at = span.end
            if at != end:
                raise ValueError(f"partition {partition}: covered up to {at}, frontier says {end}")
        return self
