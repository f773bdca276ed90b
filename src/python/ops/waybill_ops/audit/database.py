"""The audit's tables, in a DuckDB file that spills to disk: memory does not grow with the topic."""

from __future__ import annotations

from pathlib import Path

import duckdb

MEMORY = "1GB"

_TABLES = """
CREATE TABLE objects (object INTEGER, key VARCHAR, in_flight BOOLEAN);
CREATE TABLE data_rows (object INTEGER, p INTEGER, o BIGINT, ts BIGINT, id VARCHAR, content BLOB);
CREATE TABLE dead_rows (object INTEGER, p INTEGER, o BIGINT, ts BIGINT, raw BLOB);
CREATE TABLE log (p INTEGER, o BIGINT, ts BIGINT, id VARCHAR, content BLOB, raw BLOB);
CREATE TABLE bounds (p INTEGER, log_start BIGINT, frontier BIGINT);
CREATE TABLE successors (p INTEGER, o BIGINT, of_p INTEGER, of_o BIGINT);
CREATE TABLE redrives (of_p INTEGER, of_o BIGINT, state VARCHAR, p INTEGER, o BIGINT);
CREATE TABLE holes (p INTEGER, low BIGINT, high BIGINT);
CREATE VIEW stored AS
    SELECT p, o, key, id FROM data_rows JOIN objects USING (object) WHERE NOT in_flight
    UNION ALL
    SELECT p, o, key, NULL FROM dead_rows JOIN objects USING (object) WHERE NOT in_flight;
"""

RAW = "unhex(sha256(concat_ws(':', coalesce(hex(key), '-'), coalesce(hex(value), '-'))))"
"""A record's raw key and value; ``-`` is null, which is not the same as empty."""


def open_database(scratch: Path) -> duckdb.DuckDBPyConnection:
    """A database in ``scratch`` with the audit's tables, all empty. Times are microseconds since the epoch."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "temp_directory": str(scratch / "spill"),
        "preserve_insertion_order": "false",
    }
    database = duckdb.connect(scratch / "audit.duckdb", config=settings)
    database.execute("SET TimeZone = 'UTC'")
    database.execute("SET enable_progress_bar = false")
    database.execute(_TABLES)
    return database
