"""What a lake holds, offset by offset, read with pyarrow alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Place = tuple[int, int]


@dataclass(frozen=True)
class Row:
    """``timestamp`` is ``kafka_timestamp`` in microseconds, whatever its year."""

    timestamp: int | None
    event: dict[str, Any]


@dataclass(frozen=True)
class Letter:
    timestamp: int | None
    milliseconds: int | None
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    header_names: tuple[bytes, ...] | None
    reason: str
    detail: str


def stored_in(dataset: Path) -> dict[Place, Row | Letter]:
    """Every row and dead letter of the stream's folder; an offset that is stored twice is an error."""
    found: dict[Place, Row | Letter] = {}
    for path in sorted(dataset.rglob("*.parquet")):
        for place, one in _of(path, dead="dead_letters" in path.relative_to(dataset).parts):
            assert place not in found, f"{place} is stored twice, the second time in {path}"
            found[place] = one
    return found


def _of(path: Path, *, dead: bool) -> Iterator[tuple[Place, Row | Letter]]:
    # No partitions are read from the path, and no year has to fit into Python's datetime.
    table = pq.ParquetFile(path).read()
    at = table.schema.get_field_index("kafka_timestamp")
    table = table.set_column(at, "kafka_timestamp", table["kafka_timestamp"].cast(pa.int64()))
    for row in table.to_pylist():
        place, timestamp = (row.pop("kafka_partition"), row.pop("kafka_offset")), row.pop("kafka_timestamp")
        yield place, _letter(row, timestamp) if dead else Row(timestamp, row)


def _letter(row: dict[str, Any], timestamp: int | None) -> Letter:
    names = row.get("header_names")
    return Letter(
        timestamp,
        row.get("kafka_timestamp_ms"),
        row["key"],
        row["value"],
        tuple((one["name"], one["value"]) for one in row["headers"]),
        None if names is None else tuple(names),
        row["reason"],
        row["detail"],
    )
