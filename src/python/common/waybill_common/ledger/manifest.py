"""The manifest: everything that decides names or content of a commit's objects, fixed before the first byte.

New ones are of format 3. Releases before 0.2.0 wrote formats 1 and 2; such a commit is finished in its own format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from waybill_common.ledger.entry import (
    Entry,
    Frontier,
    LostRange,
    Number,
    Sha256,
    Span,
    Split,
    TopicName,
    WriterId,
)
from waybill_common.ledger.writer_schemas import SchemaName


class ContractRef(Entry):
    """The contract that binds whoever delivers the manifest."""

    version: Number
    fingerprint: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


class ContractRef3(ContractRef):
    """``document`` is the sha256 of the contract's document in the dataset, and then its fingerprint.

    It is null in what releases wrote before datasets had documents; the fingerprint is 0.1.0's then.
    """

    document: Sha256 | None

    @model_validator(mode="after")
    def _is_its_document(self) -> Self:
        if self.document is not None and self.fingerprint != f"sha256:{self.document}":
            raise ValueError("the fingerprint is not that of the document")
        return self


class Layout(Entry):
    """How objects are cut and stored. Lengths are offsets of a split, not rows that happened to be fetched."""

    row_group_rows: Number
    compression: Literal["zstd", "snappy", "none"]


class Layout3(Layout):
    """Also where rows go: ``window`` is the first and the last period that have folders of their own, or null."""

    partition_by: tuple[str, ...]
    window: tuple[str, str] | None


class Manifest1(Entry):
    """Commit ``number``: which offsets move, and under which contract.

    ``before`` is the frontier it starts from, ``after`` the frontier its receipt will have; every partition of the
    topic is in both. ``splits`` and ``holes`` together cover ``[before, after)`` of each partition, once.
    Format 2 is that of a first manifest that begins beyond offset 0, as a backfill's does.
    """

    format: Literal[1, 2]
    kind: Literal["manifest"]
    stream: str
    number: Number
    previous_receipt: Sha256 | None
    topic: TopicName
    topic_id: str
    contract: ContractRef
    layout: Layout
    before: Frontier
    after: Frontier
    splits: tuple[Split, ...]
    holes: tuple[LostRange, ...]
    writer: WriterId
    release: str

    @model_validator(mode="after")
    def _says_where_it_begins(self) -> Self:
        if (self.format == 2) != (self.number == 1 and any(self.before.values())):
            raise ValueError(f"format {self.format} under number {self.number} with before {self.before}")
        return self

    @model_validator(mode="after")
    def _covers(self) -> Self:
        if not self.splits and not self.holes:
            raise ValueError("a manifest that moves nothing")
        _check_covered(self.before, self.after, (*self.splits, *self.holes))
        return self


class Manifest3(Entry):
    """The same in format 3. ``origin`` is where the dataset begins: it never holds offsets below that.

    ``schemas`` maps a frame and an id to the sha256 of the schema that a writer used. A manifest that moves nothing
    has neither splits nor lost ranges; it is written for its other fields.
    """

    format: Literal[3]
    kind: Literal["manifest"]
    stream: str
    number: Number
    previous_receipt: Sha256 | None
    topic: TopicName
    topic_id: str
    contract: ContractRef3
    schemas: dict[SchemaName, Sha256]
    origin: Frontier
    layout: Layout3
    before: Frontier
    after: Frontier
    splits: tuple[Split, ...]
    holes: tuple[LostRange, ...]
    accept_dead: bool
    writer: WriterId
    release: str

    @model_validator(mode="after")
    def _says_where_it_begins(self) -> Self:
        if set(self.before) - set(self.origin):
            raise ValueError("a partition is missing from the origin")
        if self.number == 1 and self.origin != self.before:
            raise ValueError(f"the first manifest begins at {self.before}, its origin is {self.origin}")
        return self

    @model_validator(mode="after")
    def _covers(self) -> Self:
        _check_covered(self.before, self.after, (*self.splits, *self.holes))
        return self


Manifest = Manifest1 | Manifest3


def _check_covered(before: Mapping[int, int], after: Mapping[int, int], moved: Sequence[Span]) -> None:
    spans: dict[int, list[Span]] = {}
    for span in moved:
        spans.setdefault(span.partition, []).append(span)
    if set(before) - set(after) or set(spans) - set(after):
        raise ValueError("a partition is missing from the frontier")
    for partition, end in after.items():
        at = before.get(partition, 0)
        for span in sorted(spans.get(partition, []), key=lambda s: s.start):
            if span.start != at:
                raise ValueError(f"partition {partition}: [{at}, {span.start}) is not covered exactly once")
            at = span.end
        if at != end:
            raise ValueError(f"partition {partition}: covered up to {at}, frontier says {end}")
