"""What every entry of the ledger is made of: closed, strict models, spelled one way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

LARGEST = 2**63 - 1
"""What Kafka, Arrow and Parquet can hold."""

Count = Annotated[int, Field(ge=0, le=LARGEST)]
Offset = Count
Number = Annotated[int, Field(ge=1, le=LARGEST)]
Partition = Annotated[int, Field(ge=0, le=2**31 - 1)]
Micros = Annotated[int, Field(ge=-LARGEST - 1, le=LARGEST)]
"""Microseconds since the epoch, UTC."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
WriterId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
TopicName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,249}$")]
Reasons = dict[str, Annotated[int, Field(ge=1, le=LARGEST)]]


def _by_partition(given: Any) -> Any:
    """JSON's names are texts; one spelling is taken for each partition."""
    if not isinstance(given, dict):
        return given
    odd = [name for name in given if isinstance(name, str) and str(_number(name)) != name]
    if odd:
        raise ValueError(f"{odd[0][:40]!r} is no partition")
    return {int(name): offset for name, offset in given.items()}


def _number(name: str) -> int | None:
    return int(name) if name.isascii() and name.isdigit() and len(name) <= len(str(LARGEST)) else None


Frontier = Annotated[dict[Partition, Offset], BeforeValidator(_by_partition)]
"""The next offset of each partition."""


class Entry(BaseModel):
    """Base of everything stored in the ledger: frozen, closed, fields in the order of their declaration.

    Strict: ``true`` is no number, and neither is ``"1"`` or ``1.0``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

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


class LostRange(Span):
    """Offsets that Kafka had dropped before they were delivered, accepted as lost by an explicit flag."""


def lost_ranges_of(partition: int, offsets: Iterable[int]) -> tuple[LostRange, ...]:
    """The fewest ranges that cover exactly ``offsets``."""
    edges: list[list[int]] = []
    for offset in sorted(offsets):
        if edges and edges[-1][1] == offset:
            edges[-1][1] = offset + 1
        else:
            edges.append([offset, offset + 1])
    return tuple(LostRange(partition=partition, start=start, end=end) for start, end in edges)
