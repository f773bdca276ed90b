"""What the ledger says, in tables for the comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple

import duckdb
import pyarrow as pa

from waybill_ops.audit.audited_ledger import Ledger
from waybill_ops.audit.kafka_log import PartitionBounds
from waybill_ops.audit.object_names import entry_key
from waybill_ops.audit.objects import Loaded
from waybill_ops.audit.record_terms import TermsByOffset

_SPLITS = pa.schema(
    [
        ("split", pa.int32()),
        ("key", pa.string()),
        ("p", pa.int32()),
        *((name, pa.int64()) for name in ("low", "high")),
        ("selects", pa.bool_()),
        *((name, pa.int64()) for name in ("skipped", "tombstones", "stored_tombstones", "raw_bytes")),
    ]
)


def fill_bounds(
    database: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    log: Mapping[int, PartitionBounds],
    read_to: Mapping[int, int],
    *,
    complete: bool,
) -> None:
    """Records before the beginning of a backfill are not judged, nor are those that Kafka no longer has."""
    bounds, origin = [], ledger.origin or {}
    reach = [(p, origin.get(p, 0), read_to.get(p, 0)) for p in log]
    if reach:
        database.executemany("INSERT INTO reach VALUES (?, ?, ?)", reach).fetchall()
    for p, b in log.items():
        frontier = ledger.frontier.get(p, 0)
        start = max(b.start, origin.get(p, 0))
        bounds.append((p, start, max(b.end, frontier) if complete else frontier))
    holes = [(lost_range.partition, lost_range.start, lost_range.end) for lost_range in ledger.holes]
    if bounds:
        database.executemany("INSERT INTO bounds VALUES (?, ?, ?)", bounds).fetchall()
    if holes:
        database.executemany("INSERT INTO holes VALUES (?, ?, ?)", holes).fetchall()


def fill_splits(database: duckdb.DuckDBPyConnection, terms: TermsByOffset, loaded: Loaded) -> None:
    """What receipts say of splits that a document judges, beside what was found of them."""
    rows = [
        (
            *(index, entry_key(split.number, "receipt"), *astuple(split.span), selects),
            *(report.counts.skipped, report.counts.tombstones, loaded.tombstones[index], report.raw_bytes),
        )
        for index, split, report, selects in terms.documented()
    ]
    if rows:
        arrays = [
            pa.array(values, kind)
            for values, kind in zip(zip(*rows, strict=True), _SPLITS.types, strict=True)
        ]
        database.register("judged_splits", pa.table(arrays, schema=_SPLITS))
        database.execute("INSERT INTO splits SELECT * FROM judged_splits").fetchall()
