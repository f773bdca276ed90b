"""The kinds of objects: which of its columns are looked at for a report, beside where its records lie in Kafka."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from waybill_contracts.columns import row_schema
from waybill_contracts.document import ContractDocument

COORDINATES = {"kafka_partition": pa.int32(), "kafka_offset": pa.int64()}
_TOMBSTONE = "kafka_tombstone"
_DAY = 86_400_000_000


@dataclass(frozen=True)
class ObjectKind:
    """``told`` are those columns, ``raw`` such as are looked at while they are read, and not kept. ``time`` is the
    contract's, if any.

    ``required``: no value of these is null.
    """

    told: Mapping[str, pa.DataType]
    required: frozenset[str]
    raw: Mapping[str, pa.DataType] = field(default_factory=dict)
    time: str | None = None
    is_dead: bool = False

    @property
    def kept(self) -> list[str]:
        """What is kept of a table once its body is made."""
        return [*COORDINATES, *self.told]

    def time_of(self, table: pa.Table) -> tuple[int, int] | None:
        """The least and the greatest time in microseconds; None where no row has one."""
        if self.time is None:
            return None
        column = table[self.time]
        scale = _DAY if pa.types.is_date32(column.type) else 1
        whole = pa.int32() if scale == _DAY else pa.int64()
        ends = pc.min_max(column.cast(whole)).as_py()
        return None if ends["min"] is None else (ends["min"] * scale, ends["max"] * scale)

    def tombstones_in(self, table: pa.Table) -> int:
        return (pc.sum(table[_TOMBSTONE]).as_py() or 0) if _TOMBSTONE in self.told else 0


LETTERS = ObjectKind(
    told={"reason": pa.string()},
    required=frozenset({"reason"}),
    raw={"key": pa.binary(), "value": pa.binary(), "detail": pa.string()},
    is_dead=True,
)


def rows_of(document: ContractDocument) -> ObjectKind:
    """Data objects of that contract."""
    schema = row_schema(document)
    names = [name for name in (document.time, _TOMBSTONE) if name is not None and name in schema.names]
    return ObjectKind(
        told={name: schema.field(name).type for name in names},
        required=frozenset(name for name in names if not schema.field(name).nullable),
        time=document.time,
    )
