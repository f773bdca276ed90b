"""Three questions to the lake, asked by DuckDB of the Parquet files alone."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path

import duckdb

_FROM = "FROM read_parquet($files, hive_partitioning = true)"


@dataclass(frozen=True)
class DemoQuery:
    title: str
    sql: str


QUESTIONS = (
    DemoQuery(
        "Rows and events, which must be equal",
        f"SELECT count(*) AS rows, count(DISTINCT id) AS events, count(DISTINCT date) AS dates {_FROM}",
    ),
    DemoQuery(
        "Where they come from",
        f"SELECT nat, country, count(*) AS events {_FROM} GROUP BY ALL ORDER BY events DESC, nat LIMIT 5",
    ),
    DemoQuery(
        "How well the columns are filled",
        "SELECT count(full_name) AS full_name, count(postcode) AS postcode, count(state) AS state, "
        f"round(min(latitude), 1) AS south, round(max(latitude), 1) AS north {_FROM}",
    ),
)


@dataclass(frozen=True)
class QueryResult:
    """A small table."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def ask(dataset: Path) -> tuple[QueryResult, ...]:
    """The answers from all of the dataset's ``data/**/*.parquet``."""
    files = f"{glob.escape(str(dataset))}/data/**/*.parquet"
    with duckdb.connect() as database:
        return tuple(_ask(database, question, files) for question in QUESTIONS)


def _ask(database: duckdb.DuckDBPyConnection, question: DemoQuery, files: str) -> QueryResult:
    found = database.execute(question.sql, {"files": files})
    columns = tuple(column[0] for column in found.description or ())
    rows = tuple(
        tuple(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) for row in found.fetchall()
    )
    return QueryResult(question.title, columns, rows)
