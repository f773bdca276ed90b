"""A data object's cells as canonical text: what the second judge says of a record, read back from Parquet.

Nothing here raises for what stands in a cell. A value that no judge returns becomes a text that no judge writes, so it
differs from the record's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb

from waybill_ops.audit.fingerprint import literal, micros_of, quoted
from waybill_ops.audit.stored_types import BESIDE, columns_of, duckdb_type

_COORDINATES = {
    "kafka_partition": "INTEGER",
    "kafka_offset": "BIGINT",
    "kafka_timestamp": "TIMESTAMP WITH TIME ZONE",
}
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # of no zone: its text is all that is wanted
_FIRST, _BEYOND = -62_135_596_800_000_000, 253_402_300_800_000_000
_FROM = "FROM read_parquet(?, hive_partitioning = false)"
_AT_ONCE = 1_000


class StrangeColumns(ValueError):
    """The object's columns are not those of its contract; the message says which."""


@dataclass(frozen=True)
class StoredRow:
    """``timestamp`` in µs; ``values`` as ``waybill contract judge`` prints them. Coordinates of null are nobody's."""

    partition: int | None
    offset: int | None
    timestamp: int | None
    values: dict[str, Any]


def stored_rows(
    database: duckdb.DuckDBPyConnection, document: dict[str, Any], path: str
) -> Iterator[StoredRow]:
    """Raises ``StrangeColumns``, and ``duckdb.Error`` for what is no Parquet. ``path`` is one of DuckDB's, which takes
    it for a pattern."""
    columns = columns_of(document)
    cursor = database.cursor()
    _require(cursor, columns, path)
    asked = [_COORDINATE_SQL, *(_asked(quoted(name), kind, 0) for name, kind in columns.items())]
    cursor.execute(f"SELECT {', '.join(asked)} {_FROM}", [path])
    while some := cursor.fetchmany(_AT_ONCE):
        for partition, offset, timestamp, *cells in some:
            values = {
                name: canonical(kind, cell) for (name, kind), cell in zip(columns.items(), cells, strict=True)
            }
            yield StoredRow(partition, offset, timestamp, values)


def _require(cursor: duckdb.DuckDBPyConnection, columns: dict[str, Any], path: str) -> None:
    own = {name: duckdb_type(kind) for name, kind in columns.items()}
    beside = {name: own.pop(name) for name in BESIDE if name in own}
    wanted = own | _COORDINATES | beside
    spelled = ", ".join(f"typeof(CAST(NULL AS {kind}))" for kind in wanted.values())
    [types] = cursor.execute(f"SELECT {spelled}").fetchall()
    expected = dict(zip(wanted, types, strict=True))
    found = {
        str(row[0]): str(row[1]) for row in cursor.execute(f"DESCRIBE SELECT * {_FROM}", [path]).fetchall()
    }
    if found != expected:
        wrong = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
        name = wrong[0]
        raise StrangeColumns(
            f"{name} is {found.get(name, 'absent')}, its contract has {expected.get(name, 'no such column')}"
        )
    if [*found] != [*expected]:
        raise StrangeColumns(
            f"its columns stand in another order than its contract's: {', '.join(found)}"[:300]
        )


def _asked(value: str, kind: Any, depth: int) -> str:
    """SQL for a value in a form that DuckDB hands over without a change: instants and decimals by their text."""
    if isinstance(kind, str):
        if kind in ("timestamp", "timestamptz"):
            return micros_of(value)
        return f"({value})::VARCHAR" if kind == "date" or kind.startswith("decimal") else value
    one = quoted(f"item {depth}")  # no column has such a name: it would come before
    if kind["type"] == "list":
        return f"list_transform({value}, lambda {one}: {_asked(one, kind['element'], depth + 1)})"
    if kind["type"] == "map":
        pair = f"struct_pack(key := {one}.key, value := {_asked(f'{one}.value', kind['value'], depth + 1)})"
        return f"list_transform(map_entries({value}), lambda {one}: {pair})"
    fields = (_part(value, field["name"], field["type"], depth) for field in kind["fields"])
    return f"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({', '.join(fields)}) END"


def _part(struct: str, name: str, kind: Any, depth: int) -> str:
    return f"{quoted(name)} := {_asked(f'struct_extract({struct}, {literal(name)})', kind, depth + 1)}"


_COORDINATE_SQL = f"kafka_partition, kafka_offset, {micros_of('kafka_timestamp')}"


def canonical(kind: Any, cell: Any) -> Any:
    """The cell as contract1 writes values."""
    if cell is None:
        return None
    if isinstance(kind, str):
        return _text(kind, cell)
    if kind["type"] == "list":
        return [canonical(kind["element"], one) for one in cell]
    if kind["type"] == "map":
        return [[pair["key"], canonical(kind["value"], pair["value"])] for pair in cell]
    return {one["name"]: canonical(one["type"], cell[one["name"]]) for one in kind["fields"]}


def _text(kind: str, cell: Any) -> str:
    if kind == "boolean":
        return "true" if cell else "false"
    if kind in ("timestamp", "timestamptz"):
        return instant_text(cell) + ("Z" if kind == "timestamptz" else "")
    if kind == "binary":
        return str(cell.hex())
    if kind.startswith("decimal"):
        return _decimal_text(cell)
    return repr(cell) if kind in ("float", "double") else str(cell)


def _decimal_text(cell: str) -> str:
    """DuckDB leaves the nought before the point out where a decimal has no digit there."""
    whole, point, fraction = cell.partition(".")
    return f"{whole}{'0' if whole in ('', '-') else ''}{point}{fraction}"


def instant_text(micros: int) -> str:
    """Of microseconds since 1970. What lies in no year from 1 to 9999 stays a number."""
    if not _FIRST <= micros < _BEYOND:
        return f"{micros} us"
    return (_EPOCH + timedelta(microseconds=micros)).isoformat(timespec="microseconds")
