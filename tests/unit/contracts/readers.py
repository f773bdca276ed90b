"""A file of rows as readers have it, and a reader's values as the value table writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from waybill_contracts.document import (
    ContractDocument,
    DescribedValue,
    ListOf,
    MapOf,
    StructOf,
    ValueType,
    stored_values,
)

Rows = list[dict[str, Any]]
Reader = Callable[[Path], Rows]


def text_of(value: Any) -> Any:
    match value:
        case None | str():
            return value
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case bytes():
            return value.hex()
        case dict():
            return {name: text_of(one) for name, one in value.items()}
        case list() | tuple():
            return [text_of(one) for one in value]
    return repr(value)


def by_pyarrow(path: Path) -> Rows:
    return list(pq.read_table(path).to_pylist())


def by_pandas(path: Path) -> Rows:
    """With Arrow's types: numpy has no null beside whole numbers, and makes floats of them."""
    frame = pd.read_parquet(path, dtype_backend="pyarrow")
    columns = {name: frame[name].array.__arrow_array__().to_pylist() for name in frame}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def by_duckdb(path: Path) -> Rows:
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute("SET TimeZone = 'UTC'")
        return duckdb_rows(
            database.execute("SELECT * FROM read_parquet(?, hive_partitioning = false)", [str(path)])
        )


def duckdb_rows(found: duckdb.DuckDBPyConnection) -> Rows:
    names = [one[0] for one in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


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
    """The contract's own columns alone."""
    return {one.name: told(one.type, row[one.name]) for one in columns}


def told_whole(of: ContractDocument, row: dict[str, Any]) -> dict[str, Any]:
    """With all that stands beside them, such as ``kafka_key`` and ``_extra``."""
    own = told_row(stored_values(of), row)
    return own | {name: text_of(value) for name, value in row.items() if name not in own}
