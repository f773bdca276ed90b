"""What a receipt says of an object's records, against what the object holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from waybill_ops.audit.entries import StoredObject
from waybill_ops.audit.findings import Code, Finding, at
from waybill_ops.audit.fingerprint import micros_of, quoted
from waybill_ops.audit.record_terms import BY_COLUMNS, BY_COORDINATES, RecordTerms
from waybill_ops.audit.stored_types import columns_of

_FROM = "FROM read_parquet(?, hive_partitioning = false)"


@dataclass(frozen=True)
class ObjectOrigin:
    """``terms`` judge its records; ``reasons`` are its split's, by its receipt, where it has dead letters."""

    is_dead: bool
    terms: RecordTerms = BY_COLUMNS
    split: int | None = None
    reasons: Mapping[str, int] | None = None


def differences(
    database: duckdb.DuckDBPyConnection,
    expected: StoredObject,
    rows: int,
    path: str,
    origin: ObjectOrigin,
    time_field: str,
) -> Iterator[Finding]:
    """Differences between what the receipt says of the object's rows and what they are."""
    if rows != expected.rows:
        detail = f"it holds {rows} rows, its receipt says {expected.rows}"
        yield Finding(Code.OBJECT_ALTERED, expected.key, detail)
    contents = expected.contents
    if contents is None or not rows:
        return
    dead = origin.is_dead
    timed = dead or origin.terms != BY_COORDINATES
    time = "NULL" if dead else _time(origin.terms, time_field)
    length = "sum(coalesce(octet_length(key), 0) + coalesce(octet_length(value), 0))" if dead else "NULL"
    wanted = f"min(kafka_offset), max(kafka_offset), min({time}), max({time}), {length}"
    [[first, last, least, greatest, raw]] = _ask(database, f"SELECT {wanted} {_FROM}", path)
    for what, found, said in (
        ("offsets", (first, last), contents.offsets),
        ("times", None if least is None else (least, greatest), contents.time if timed else None),
        ("raw bytes", contents.raw_bytes if raw is None else int(raw), contents.raw_bytes),
    ):
        if found != said:
            detail = f"the {what} of its records are {found}, its receipt says {said}"
            yield Finding(Code.OBJECT_ALTERED, expected.key, detail)
    if dead:
        yield from _misnamed(database, expected.key, path)
    if origin.reasons is not None and origin.terms.document is not None:
        asked = _ask(database, f"SELECT reason, count(*) {_FROM} GROUP BY 1", path)
        reasons = {str(reason): count for reason, count in asked}
        if reasons != origin.reasons:
            detail = f"the reasons of its records are {reasons}, its receipt says {dict(origin.reasons)}"
            yield Finding(Code.OBJECT_ALTERED, expected.key, detail[:400])


def _time(terms: RecordTerms, time_field: str) -> str:
    """SQL for the microseconds of a row's time; null where the contract has none."""
    if terms.document is None:
        return micros_of(quoted(time_field)) if terms.has_columns else "NULL"
    name = terms.document.get("time")
    if name is None:
        return "NULL"
    is_date = columns_of(terms.document).get(name) == "date"
    return micros_of(f"{quoted(name)}::TIMESTAMP" if is_date else quoted(name))


def _misnamed(database: duckdb.DuckDBPyConnection, key: str, path: str) -> Iterator[Finding]:
    """Dead letters whose two ways to have header names do not go together."""
    cursor = database.cursor().execute(
        "SELECT kafka_partition, kafka_offset, header_names, list_transform(headers, lambda each: each.name) "
        f"{_FROM} WHERE header_names IS NOT NULL",
        [path],
    )
    while some := cursor.fetchmany(1000):
        for p, o, raw, said in some:
            if not _go_together(raw, said):
                detail = f"{key}: its header_names are not the names of its headers"
                yield Finding(Code.DEAD_LETTER_ALTERED, at(p, o), detail)


def _ask(database: duckdb.DuckDBPyConnection, sql: str, path: str) -> list[tuple[Any, ...]]:
    return database.execute(sql, [path]).fetchall()


def _go_together(raw: list[bytes | None], said: list[str | None]) -> bool:
    """Bytes stand there only where one of them is no UTF-8, and the names beside them show U+FFFD for it."""
    shown = [None if one is None else one.decode(errors="replace") for one in raw]
    return shown == said and any(one and "\ufffd" in one for one in shown)
