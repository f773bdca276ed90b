"""The readers of docs/contracts.md on one file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import polars as pl  # pants: no-infer-dep
from readers.spark import session
from unit.contracts.readers import Reader, Rows, by_duckdb, by_pandas, by_pyarrow


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
