"""Rows of a contract with a document, from objects and from the log, brought into one form and hashed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from waybill_ops.audit.audited_documents import Document
from waybill_ops.audit.object_names import ExpectedName
from waybill_ops.audit.record_terms import RecordTerms
from waybill_ops.audit.second_judge import place_of
from waybill_ops.audit.stored_values import StoredRow, instant_text, stored_rows

_AT_ONCE = 1_000
_ROWS = pa.schema(
    [
        ("object", pa.int32()),
        ("p", pa.int32()),
        ("o", pa.int64()),
        ("ts", pa.int64()),
        ("id", pa.string()),
        ("content", pa.binary()),
    ]
)


@dataclass
class RowsSeen:
    """What was met in an object: ``misplaced`` rows, the ``first`` of them, and ``tombstones``."""

    rows: int = 0
    misplaced: int = 0
    first: tuple[int, int] | None = None
    tombstones: int = 0


def store_rows(
    database: duckdb.DuckDBPyConnection,
    number: int,
    terms: RecordTerms,
    document: Document,
    path: str,
    promise: ExpectedName | None,
) -> RowsSeen:
    """The object's rows into ``data_rows``. Raises ``StrangeColumns``, and ``duckdb.Error`` for what is no Parquet."""
    seen, rows = RowsSeen(), stored_rows(database, document, path)
    while some := list(islice(rows, _AT_ONCE)):
        for row in some:
            _note(row, document, terms, promise, seen)
        columns = zip(*(_columns(number, document, row) for row in some), strict=True)
        arrays = [pa.array(values, kind) for values, kind in zip(columns, _ROWS.types, strict=True)]
        database.register("documented_rows", pa.table(arrays, schema=_ROWS))
        database.execute("INSERT INTO data_rows SELECT * FROM documented_rows").fetchall()
    return seen


def _note(
    row: StoredRow, document: Document, terms: RecordTerms, promise: ExpectedName | None, seen: RowsSeen
) -> None:
    seen.rows += 1
    seen.tombstones += row.values.get("kafka_tombstone") == "true"
    if promise is None:
        return
    timestamp = None if row.timestamp is None else instant_text(row.timestamp)
    place = place_of(document, row.values, timestamp, terms.window)
    partition, offset = (-1 if one is None else one for one in (row.partition, row.offset))
    is_in_split = partition == promise.partition and promise.start <= offset < promise.end
    if not is_in_split or place != promise.place:
        seen.misplaced += 1
        seen.first = min(seen.first or (partition, offset), (partition, offset))


def _columns(number: int, document: Document, row: StoredRow) -> tuple[Any, ...]:
    values = row.values
    return number, row.partition, row.offset, row.timestamp, identity_of(document, values), digest_of(values)


def identity_of(document: Document, values: dict[str, Any]) -> str | None:
    """The id as a text: the column's, or the columns' as a list."""
    names = document.get("id", [])
    if len(names) == 1:
        return values[names[0]]  # type: ignore[no-any-return]  # a scalar's canonical text
    found = [values[name] for name in names]
    return json.dumps(found, ensure_ascii=False) if names and None not in found else None


def digest_of(values: dict[str, Any]) -> bytes:
    """Of all values of a row in canonical text, whatever the order of its columns."""
    return sha256(json.dumps(values, sort_keys=True).encode()).digest()


def is_in_order(path: Path) -> bool:
    """Whether the object's offsets only rise, row by row. Raises ``pa.ArrowException``."""
    last = -1
    with pq.ParquetFile(path) as file:
        for offsets in _offsets(file):
            if offsets.null_count:
                return False
            rises = pc.all(pc.less(offsets.slice(0, len(offsets) - 1), offsets.slice(1)), min_count=0).as_py()
            if not rises or offsets[0].as_py() <= last:
                return False
            last = offsets[-1].as_py()
    return True


def _offsets(file: pq.ParquetFile) -> Iterator[Any]:
    return (batch.column(0) for batch in file.iter_batches(columns=["kafka_offset"]) if batch.num_rows)
