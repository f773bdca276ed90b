"""The audit's tables, in a DuckDB file that spills to disk: memory does not grow with the topic.

``splits`` are those of contracts with documents; ``verdict``, ``reason`` and ``detail`` are the auditor's judge's, null
where no document judges, ``unknown`` where one would have to: then the record may be in no object.

``successors`` are records of the dataset's topic, ``redrives`` what is recorded of its dead letters (``own``), or of
others that were sent to its topic; ``p`` and ``o`` are null where the successor is in another topic. ``reach`` says how
far the topic was read for that.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

MEMORY = "1GB"

_TABLES = """
CREATE TABLE objects (object INTEGER, key VARCHAR, in_flight BOOLEAN, format TINYINT, raw_bytes BIGINT);
CREATE TABLE data_rows (object INTEGER, p INTEGER, o BIGINT, ts BIGINT, id VARCHAR, content BLOB);
CREATE TABLE dead_rows
    (object INTEGER, p INTEGER, o BIGINT, ts BIGINT, ms BIGINT, reason VARCHAR, detail VARCHAR, raw BLOB,
     headers BLOB);
CREATE TABLE log
    (p INTEGER, o BIGINT, ms BIGINT, bytes BIGINT, id VARCHAR, content BLOB, raw BLOB, headers BLOB, verdict VARCHAR,
     reason VARCHAR, detail VARCHAR, split INTEGER);
CREATE TABLE splits
    (split INTEGER, key VARCHAR, p INTEGER, low BIGINT, high BIGINT, selects BOOLEAN, skipped BIGINT, tombstones BIGINT,
     stored_tombstones BIGINT, raw_bytes BIGINT);
CREATE TABLE other_contents (p INTEGER, o BIGINT, content BLOB);
CREATE TABLE bounds (p INTEGER, log_start BIGINT, frontier BIGINT);
CREATE TABLE reach (p INTEGER, origin BIGINT, read_end BIGINT);
CREATE TABLE successors (p INTEGER, o BIGINT, of_topic VARCHAR, of_p INTEGER, of_o BIGINT, own BOOLEAN);
CREATE TABLE redrives
    (of_topic VARCHAR, of_p INTEGER, of_o BIGINT, own BOOLEAN, state VARCHAR, p INTEGER, o BIGINT);
CREATE TABLE holes (p INTEGER, low BIGINT, high BIGINT);
CREATE VIEW all_stored AS
    SELECT p, o, key, id, in_flight FROM data_rows JOIN objects USING (object)
    UNION ALL
    SELECT p, o, key, NULL, in_flight FROM dead_rows JOIN objects USING (object);
CREATE VIEW stored AS SELECT p, o, key, id FROM all_stored WHERE NOT in_flight;
"""

_STAMPS = """
CREATE MACRO has_micros(ms) AS ms BETWEEN -9223372036854775 AND 9223372036854775;
CREATE MACRO has_year(ms) AS ms BETWEEN -62135596800000 AND 253402300799999;
CREATE MACRO is_row_stamp(format, ts, ms) AS coalesce(
    CASE WHEN ms = -1 AND ts IS NULL THEN coalesce(format, 3) = 3
         WHEN format = 3 THEN ms <> -1 AND has_year(ms) AND ts = ms::HUGEINT * 1000
         ELSE ts = ms::HUGEINT * 1000 OR ms = -1 AND ts = 0 END, false);
CREATE MACRO is_dead_stamp(format, ts, own, ms) AS coalesce(
    CASE WHEN NOT has_micros(ms) OR coalesce(format, 3) = 3 AND ts IS NULL AND (ms = -1 OR NOT has_year(ms))
         THEN ts IS NULL AND own = ms
         WHEN format = 3 AND (ms = -1 OR NOT has_year(ms)) THEN false
         ELSE own IS NULL AND (ts = ms::HUGEINT * 1000 OR ms = -1 AND ts = 0) END, false);
CREATE MACRO is_stamp_reason(format, reason, ms) AS coalesce(
    CASE WHEN format IS NULL THEN true
         WHEN format = 3 THEN (reason = 'bad_timestamp') = (NOT has_year(ms))
         ELSE reason <> 'bad_timestamp' END, false);
"""
"""How a format spells a record's timestamp, which is any int64 of milliseconds; a format of null is not known.

Microseconds of all of them up to format 2, where an int64 holds them; 0 for records from before Kafka had timestamps.
From 3 on none where Kafka has none (-1); beyond the years 1 to 9999 the record is a dead letter for that reason, with
its milliseconds.
"""

RAW = "unhex(sha256(concat_ws(':', coalesce(hex(key), '-'), coalesce(hex(value), '-'))))"
"""A record's raw key and value; ``-`` is null, which is not the same as empty."""

_NAME = "regexp_replace(hex({}), '^((?:0[1-9A-F]|[1-9A-F][0-9A-F])*)(?:00.*)?$', '\\1')"
"""A header's name up to its first NUL: librdkafka tells no more of it."""


def headers_of(names: str, headers: str) -> str:
    """SQL for all headers, by name (a list of blobs) and value; ``h`` of ``headers`` has both where names are null."""
    pairs = (
        f"list_zip(coalesce({names}, list_transform({headers}, lambda each: encode(each.name))), {headers})"
    )
    one = f"coalesce({_NAME.format('pair[1]')}, '?') || '=' || coalesce(hex(pair[2].value), '-')"
    return f"unhex(sha256(array_to_string(list_transform({pairs}, lambda pair: {one}), ',')))"


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
    database.execute(_STAMPS)
    return database
