"""What became of one split, as stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field, model_validator

from waybill_common.ledger.entry import (
    LARGEST,
    Count,
    Entry,
    LostRange,
    Micros,
    Offset,
    Reasons,
    Sha256,
    Span,
)

_FOLDER = r"[^/=\x00-\x1f\x7f]{1,255}=[^/\x00-\x1f\x7f]{1,255}"
_SPLIT = r"[A-Za-z0-9._-]{1,249}-(0|[1-9][0-9]{0,9})-[0-9]{20}-[0-9]{20}\.parquet"
ObjectKey = Annotated[str, Field(pattern=rf"^(data/({_FOLDER}/)*|dead_letters/){_SPLIT}$")]
"""Relative to the dataset's folder, and in it."""

Some = Annotated[int, Field(ge=1, le=LARGEST)]


class ObjectEntry(Entry):
    """One stored object: ``bytes`` and ``sha256`` are those of the stored bytes, whoever wrote them."""

    key: ObjectKey
    rows: Some
    bytes: Some
    sha256: Sha256


class Offsets(Entry):
    """The first and the last offset of an object's rows."""

    first: Offset
    last: Offset


class TimeRange(Entry):
    """The least and the greatest instant of the contract's time field in an object's rows."""

    min: Micros
    max: Micros


class ObjectEntry3(ObjectEntry):
    """``partition`` has the values that its folders stand for; ``time`` is null for dead letters.

    ``raw_bytes`` counts the keys and values of its records, as Kafka had them.
    """

    partition: tuple[str, ...]
    offsets: Offsets
    time: TimeRange | None
    raw_bytes: Count

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.rows > self.offsets.last - self.offsets.first + 1:
            raise ValueError(f"{self.rows} rows at offsets {self.offsets.first} to {self.offsets.last}")
        if self.time is not None and self.time.min > self.time.max:
            raise ValueError("its time ends before it begins")
        return self


class SplitReport1(Span):
    """What became of one split: ``rows + dead + empty + lost`` is its length in offsets.

    ``empty`` offsets held no record (transaction markers, aborted records); ``lost`` ones were gone from Kafka.
    """

    rows: Count
    dead: Count
    empty: Count
    lost: Count
    holes: tuple[LostRange, ...]
    reasons: Reasons
    data: tuple[ObjectEntry, ...]
    dead_letters: ObjectEntry | None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _check_length(self, self.rows, self.dead, self.empty, self.lost)
        _check_objects(self.rows, self.dead, self.reasons, self.data, self.dead_letters)
        return self


class SplitReport3(Span):
    """The same in format 3: ``rows + dead + skipped + empty + lost`` is its length in offsets.

    ``skipped`` records were not selected; ``tombstones`` are those rows that have no value. ``raw_bytes`` counts the
    keys and values of all of its records that could be read.
    """

    rows: Count
    dead: Count
    skipped: Count
    empty: Count
    lost: Count
    tombstones: Count
    raw_bytes: Count
    holes: tuple[LostRange, ...]
    reasons: Reasons
    data: tuple[ObjectEntry3, ...]
    dead_letters: ObjectEntry3 | None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _check_length(self, self.rows, self.dead, self.skipped, self.empty, self.lost)
        _check_objects(self.rows, self.dead, self.reasons, self.data, self.dead_letters)
        stored = [*self.data, *([self.dead_letters] if self.dead_letters else [])]
        for one in stored:
            if one.offsets.first < self.start or one.offsets.last >= self.end:
                raise ValueError(f"{one.key} has offsets of no record of the split")
        return self


SplitReport = SplitReport1 | SplitReport3


def _check_length(span: Span, *parts: int) -> None:
    if sum(parts) != span.length:
        raise ValueError(f"{' + '.join(map(str, parts))} offsets in {span.length}")


def _check_objects(
    rows: int, dead: int, reasons: Reasons, data: Sequence[ObjectEntry], dead_letters: ObjectEntry | None
) -> None:
    if rows != sum(one.rows for one in data):
        raise ValueError("rows do not add up to those of the data objects")
    if dead != (dead_letters.rows if dead_letters else 0) or dead != sum(reasons.values()):
        raise ValueError("dead letters do not add up")
