"""The readers of docs/contracts.md on one file, and their values as the value table writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl  # pants: no-infer-dep
from readers.spark import session
from unit.contracts.readers import Reader, Rows, by_pandas, by_pyarrow, text_of

from waybill_contracts.document import DescribedValue, ListOf, MapOf, StructOf, ValueType


def by_duckdb(path: Path) -> Rows:
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute("SET TimeZone = 'UTC'")
        return duckdb_rows(database.execute("SELECT * FROM read_parquet(?)", [str(path)]))


def duckdb_rows(found: duckdb.DuckDBPyConnection) -> Rows:
    names = [one[0] for one in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def by_polars(path: Path) -> Rows:
    return list(pl.read_parquet(path, hive_partitioning=False).to_dicts())


def by_spark(path: Path) -> Rows:
    return list(session().read.parquet(str(path)).toArrow().to_pylist())


def by_numpy(path: Path) -> Rows:
    """pandas as it reads where nothing else is said."""
    return list(pd.read_parquet(path).to_dict("records"))


READERS: dict[str, Reader] = {
    "pyarrow": by_pyarrow,
    "duckdb": by_duckdb,
    "pandas": by_pandas,
    "polars": by_polars,
    "spark": by_spark,
}
"""pandas with Arrow's types: what it makes of them otherwise has a test of its own."""


def told(of: ValueType, value: Any) -> Any:
    """Whatever a reader takes a map for: a dictionary, pairs, or structs of key and value."""
    if value is None:
        return None
    match of:
        case StructOf(fields):
            assert [*value] == [one.name for one in fields]
            return {one.name: told(one.type, value[one.name]) for one in fields}
        case ListOf(item):
            return [told(item.type, one) for one in value]
        case MapOf(value=inside):
            return [[text_of(key), told(inside.type, one)] for key, one in _pairs(value)]
    return text_of(value)


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return [(one["key"], one["value"]) if isinstance(one, dict) else (one[0], one[1]) for one in value]


def told_row(columns: tuple[DescribedValue, ...], row: dict[str, Any]) -> dict[str, Any]:
    return {one.name: told(one.type, row[one.name]) for one in columns}
