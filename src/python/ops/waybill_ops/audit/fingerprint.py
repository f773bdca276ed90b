"""One spelling of a row's content, in SQL, from a Parquet row and from a Kafka record alike.

A row and its record are compared by the sha256 of this text, so that the tables stay small. Columns that are null
are left out: what a contract of another version does not have is equal to what it has as null.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

SEPARATOR = "chr(31)"
"""The unit separator: it can't stand in a JSON string unescaped."""


class AuditedKind(StrEnum):
    """What a column holds, named by its type in DuckDB."""

    STRING = "VARCHAR"
    DOUBLE = "DOUBLE"
    INSTANT = "TIMESTAMP WITH TIME ZONE"


def content_of_row(columns: Mapping[str, AuditedKind]) -> str:
    """SQL over a data object's own columns."""
    return _content({name: _row_value(quoted(name), kind) for name, kind in columns.items()})


def content_of_record(columns: Mapping[str, AuditedKind]) -> str:
    """SQL over ``s``, the struct that ``record_structure`` makes of a record's JSON."""
    return _content({name: _record_value(f"s.{quoted(name)}", kind) for name, kind in columns.items()})


def record_structure(columns: Mapping[str, AuditedKind]) -> str:
    """The structure for DuckDB's ``from_json``; instants are read as text and cast."""
    kinds = {name: "DOUBLE" if kind is AuditedKind.DOUBLE else "VARCHAR" for name, kind in columns.items()}
    fields = ",".join(f"{_json_text(name)}:{_json_text(kind)}" for name, kind in kinds.items())
    return literal("{" + fields + "}")


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def micros_of(value: str) -> str:
    """SQL for an instant's microseconds since 1970. DuckDB takes two of the numbers for infinities, of which
    ``epoch_us`` makes null: here they are a number that no record has."""
    return f"coalesce(epoch_us({value}), CASE WHEN isinf({value}) THEN {2**63 - 1} END)"


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _content(values: Mapping[str, str]) -> str:
    parts = [f"{literal(name + '=')} || {values[name]}" for name in sorted(values)]
    return f"unhex(sha256(concat_ws({SEPARATOR}, {', '.join(parts)})))"


def _row_value(value: str, kind: AuditedKind) -> str:
    return f"{micros_of(value)}::VARCHAR" if kind is AuditedKind.INSTANT else _plain(value, kind)


def _record_value(value: str, kind: AuditedKind) -> str:
    return (
        f"epoch_us(try_cast({value} AS TIMESTAMP))::VARCHAR"
        if kind is AuditedKind.INSTANT
        else _plain(value, kind)
    )


def _plain(value: str, kind: AuditedKind) -> str:
    return f"to_json({value})::VARCHAR" if kind is AuditedKind.STRING else f"{value}::VARCHAR"


def _json_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
