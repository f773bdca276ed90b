"""An Iceberg table in a folder: its first metadata file, written by hand, and the snapshots in later ones.

A table of its own, because the sink would make one with text for instants out of JSON without a schema.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waybill_bench.sink.job import Stored
from waybill_bench.sink.steady import Mark
from waybill_common.contract import Contract
from waybill_common.contract.columns import ColumnKind

_TYPES = {ColumnKind.STRING: "string", ColumnKind.DOUBLE: "double", ColumnKind.INSTANT: "timestamptz"}
_FIRST_PARTITION_FIELD = 1000


@dataclass(frozen=True)
class Snapshot:
    """A commit of the table: ``at`` is ``time.time()``, totals are the table's behind it."""

    at: float
    added_records: int
    total_records: int
    total_files: int
    total_bytes: int


def create_table(folder: Path, contract: Contract) -> None:
    """An empty table of a Hadoop catalog: the contract's columns, partitioned by the day of its instant, zstd."""
    metadata = folder / "metadata"
    metadata.mkdir(parents=True)
    (metadata / "v1.metadata.json").write_text(json.dumps(_first(folder, contract)))
    (metadata / "version-hint.text").write_text("1")


def snapshots(folder: Path) -> tuple[Snapshot, ...]:
    """Those in the table's newest metadata file, in order."""
    files = {
        int(path.name[1:].partition(".")[0]): path for path in (folder / "metadata").glob("v*.metadata.json")
    }
    return tuple(_snapshot(one) for one in json.loads(files[max(files)].read_text())["snapshots"])


def can_hold(folder: Stored, table: Stored) -> bool:
    """Whether every file that the table names can be in the folder; others may lie beside them."""
    return folder.rows >= table.rows and folder.objects >= table.objects and folder.bytes >= table.bytes


def full_commits(made: Sequence[Snapshot]) -> tuple[Mark, ...]:
    """A mark for each snapshot but the last, whose commit interval was not full: the topic had ended in it."""
    return tuple(Mark(one.at, one.added_records) for one in made[:-1])


def _snapshot(found: Mapping[str, Any]) -> Snapshot:
    summary = found["summary"]
    names = ("added-records", "total-records", "total-data-files", "total-files-size")
    return Snapshot(found["timestamp-ms"] / 1000, *(int(summary[name]) for name in names))


def _first(folder: Path, contract: Contract) -> dict[str, Any]:
    fields = [
        {"id": number, "name": column.name, "required": not column.nullable, "type": _TYPES[column.kind]}
        for number, column in enumerate(contract.columns, start=1)
    ]
    instant = next(field["id"] for field in fields if field["name"] == contract.time_field)
    day = {
        "source-id": instant,
        "field-id": _FIRST_PARTITION_FIELD,
        "transform": "day",
        "name": f"{contract.time_field}_day",
    }
    return {
        "format-version": 2,
        "table-uuid": str(uuid.uuid4()),
        "location": f"file://{folder}",
        "last-sequence-number": 0,
        "last-updated-ms": int(time.time() * 1000),
        "last-column-id": len(fields),
        "current-schema-id": 0,
        "schemas": [{"type": "struct", "schema-id": 0, "fields": fields}],
        "default-spec-id": 0,
        "partition-specs": [{"spec-id": 0, "fields": [day]}],
        "last-partition-id": _FIRST_PARTITION_FIELD,
        "default-sort-order-id": 0,
        "sort-orders": [{"order-id": 0, "fields": []}],
        "properties": {"write.parquet.compression-codec": "zstd"},
        "current-snapshot-id": -1,
        "refs": {},
        "snapshots": [],
        "snapshot-log": [],
        "metadata-log": [],
    }
