"""Rows on their way: judged, put into columns, written to a file, and read back by the auditor."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from waybill_contracts.columns.arrow_types import PARQUET
from waybill_contracts.columns.rows import RowColumns
from waybill_contracts.document import ContractDocument
from waybill_contracts.judging import JudgedRow
from waybill_ops.audit.stored_values import StoredRow, stored_rows


def batch_of(of: ContractDocument, rows: Sequence[JudgedRow]) -> pa.RecordBatch:
    found = RowColumns(of).batch(3, range(7, 7 + len(rows)), rows)
    found.validate(full=True)
    return found


def write(batch: pa.RecordBatch, path: Path) -> None:
    with pq.ParquetWriter(path, batch.schema, **PARQUET) as writer:
        writer.write_batch(batch)


def read_back(of: ContractDocument, path: Path) -> list[StoredRow]:
    with database() as connection:
        return [*stored_rows(connection, json.loads(of.text), str(path))]


@contextmanager
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


def stored(of: ContractDocument, rows: Sequence[JudgedRow], folder: Path) -> list[dict[str, Any]]:
    path = folder / "rows.parquet"
    write(batch_of(of, rows), path)
    found = read_back(of, path)
    assert [(one.partition, one.offset) for one in found] == [(3, 7 + at) for at in range(len(rows))]
    return [one.values for one in found]
