"""Reading, hashing and loading what is stored below ``data/`` and ``dead_letters/``."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from waybill_ops.audit import object_names
from waybill_ops.audit.database import RAW, headers_of
from waybill_ops.audit.entries import FULL, Span, StoredObject
from waybill_ops.audit.findings import Code, Finding, at
from waybill_ops.audit.fingerprint import AuditedKind, content_of_row, micros_of, quoted
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.local_files import Unsafe

COORDINATES = {
    "kafka_partition": "INTEGER",
    "kafka_offset": "BIGINT",
    "kafka_timestamp": str(AuditedKind.INSTANT),
}
DEAD_COLUMNS = {
    **COORDINATES,
    "key": "BLOB",
    "value": "BLOB",
    "headers": 'STRUCT("name" VARCHAR, "value" BLOB)[]',
    "reason": "VARCHAR",
    "detail": "VARCHAR",
}
ADDED_COLUMNS = {"header_names": "BLOB[]", "kafka_timestamp_ms": "BIGINT"}
"""Those of dead letters from format 3 on; before, only in an object with a record that needs one of them."""

_FROM = "FROM read_parquet(?, hive_partitioning = false)"


@dataclass
class Loaded:
    """``columns`` is the union of the data objects' own columns, those of the contract first."""

    columns: dict[str, AuditedKind]
    rows: int = 0
    dead: int = 0
    objects: int = 0
    in_flight: int = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Loader:
    """Loads objects into the tables. ``id_field`` and ``time_field`` are the contract's."""

    database: duckdb.DuckDBPyConnection
    lake: LakeReader
    scratch: Path
    id_field: str
    time_field: str

    def load(
        self, key: str, number: int, expected: StoredObject | None, loaded: Loaded, *, in_flight: bool
    ) -> None:
        """Checks one object against its receipt's entry and its name, and loads its rows."""
        try:
            with self.lake.copy(key, self.scratch) as copy:
                if copy is None:
                    loaded.findings.append(
                        Finding(Code.OBJECT_MISSING, key, "it was deleted during the audit")
                    )
                    return
                loaded.objects += 1
                loaded.in_flight += in_flight
                raw_bytes = expected.contents.raw_bytes if expected and expected.contents else None
                known = [number, key, in_flight, expected.format if expected else None, raw_bytes]
                self.database.execute("INSERT INTO objects VALUES (?, ?, ?, ?, ?)", known).fetchall()
                if expected and (expected.bytes, expected.sha256) != (copy.bytes, copy.sha256):
                    said = f"{expected.bytes} and {expected.sha256}"
                    detail = f"{copy.bytes} bytes, sha256 {copy.sha256}; its receipt says {said}"
                    loaded.findings.append(Finding(Code.OBJECT_ALTERED, key, detail))
                path = glob.escape(str(copy.path))  # DuckDB takes a path for a pattern
                rows = self._insert(key, number, path, loaded, expected)
                loaded.findings.extend(self._misplaced(key, path))
                if expected:
                    loaded.findings.extend(self._otherwise(expected, rows, path))
        except (duckdb.Error, Unsafe, _Foreign) as problem:
            why = str(problem).splitlines()[0][:300]
            loaded.findings.append(Finding(Code.OBJECT_UNREADABLE, key, why))
            return
        if not in_flight:
            loaded.rows += 0 if _is_dead(key) else rows
            loaded.dead += rows if _is_dead(key) else 0

    def _insert(self, key: str, number: int, path: str, loaded: Loaded, expected: StoredObject | None) -> int:
        described = self.database.execute(f"DESCRIBE SELECT * {_FROM}", [path]).fetchall()
        types = {str(row[0]): str(row[1]) for row in described}
        if _is_dead(key):
            values, table = self._dead_letters(number, path, types, expected), "dead_rows"
        else:
            columns = _event_columns(types, loaded.columns)
            loaded.columns.update(columns)
            values = (
                f"{number}, kafka_partition, kafka_offset, {micros_of('kafka_timestamp')}, "
                f"{quoted(self.id_field)}, {content_of_row(columns)}"
            )
            table = "data_rows"
        insert = f"INSERT INTO {table} SELECT {values} {_FROM}"
        [[inserted]] = self.database.execute(insert, [path]).fetchall()
        return int(inserted)

    def _dead_letters(
        self, number: int, path: str, types: Mapping[str, str], expected: StoredObject | None
    ) -> str:
        _require(types, DEAD_COLUMNS)
        strange = sorted(types.keys() - DEAD_COLUMNS.keys() - ADDED_COLUMNS.keys())
        if strange:
            raise _Foreign(f"it has columns that the format lacks: {', '.join(strange)[:200]}")
        names, ms = "NULL::BLOB[]", "NULL::BIGINT"
        added = ADDED_COLUMNS.keys() & types.keys()
        if added or (expected and expected.format == FULL):
            _require(types, ADDED_COLUMNS)
            names, ms = ADDED_COLUMNS
        if added and expected and expected.format < FULL:
            [[needed]] = self._ask(f"SELECT count({names}) + count({ms}) {_FROM}", path)
            if not needed:
                raise _Foreign("its columns are those of format 3, which its commit is not of")
        return (
            f"{number}, kafka_partition, kafka_offset, {micros_of('kafka_timestamp')}, {ms}, reason, {RAW}, "
            f"{headers_of(names, 'headers')}"
        )

    def _otherwise(self, expected: StoredObject, rows: int, path: str) -> Iterator[Finding]:
        """Differences between what the receipt says of the object's rows and what they are."""
        if rows != expected.rows:
            detail = f"it holds {rows} rows, its receipt says {expected.rows}"
            yield Finding(Code.OBJECT_ALTERED, expected.key, detail)
        contents = expected.contents
        if contents is None or not rows:
            return
        dead = _is_dead(expected.key)
        time = "NULL" if dead else micros_of(quoted(self.time_field))
        length = "sum(coalesce(octet_length(key), 0) + coalesce(octet_length(value), 0))" if dead else "NULL"
        wanted = f"min(kafka_offset), max(kafka_offset), min({time}), max({time}), {length}"
        [[first, last, least, greatest, raw]] = self._ask(f"SELECT {wanted} {_FROM}", path)
        for what, found, said in (
            ("offsets", (first, last), contents.offsets),
            ("times", None if least is None else (least, greatest), contents.time),
            ("raw bytes", contents.raw_bytes if raw is None else int(raw), contents.raw_bytes),
        ):
            if found != said:
                detail = f"the {what} of its records are {found}, its receipt says {said}"
                yield Finding(Code.OBJECT_ALTERED, expected.key, detail)
        if dead:
            yield from self._misnamed(expected.key, path)

    def _misnamed(self, key: str, path: str) -> Iterator[Finding]:
        """Dead letters whose two ways to have header names do not go together."""
        cursor = self.database.cursor().execute(
            "SELECT kafka_partition, kafka_offset, header_names, list_transform(headers, lambda each: each.name) "
            f"{_FROM} WHERE header_names IS NOT NULL",
            [path],
        )
        while some := cursor.fetchmany(1000):
            for p, o, raw, said in some:
                if not _go_together(raw, said):
                    detail = f"{key}: its header_names are not the names of its headers"
                    yield Finding(Code.DEAD_LETTER_ALTERED, at(p, o), detail)

    def _ask(self, sql: str, path: str) -> list[tuple[Any, ...]]:
        return self.database.execute(sql, [path]).fetchall()

    def _misplaced(self, key: str, path: str) -> Iterator[Finding]:
        """Rows that the object's name does not promise: one finding with the first of them."""
        promise = object_names.parse_object_key(key)
        if promise is None:
            yield Finding(
                Code.ROW_MISPLACED, key, "no writer gives such a name: nothing says which rows belong in it"
            )
            return
        wrong = "kafka_partition <> ? OR kafka_offset < ? OR kafka_offset >= ?"
        values: list[object] = [promise.partition, promise.start, promise.end]
        if promise.date is not None:
            wrong += f" OR strftime(make_timestamp(epoch_us({quoted(self.time_field)})), '%Y-%m-%d') <> ?"
            values.append(promise.date)
        first = (
            "min_by(struct_pack(p := kafka_partition, o := kafka_offset), (kafka_partition, kafka_offset))"
        )
        [[count, culprit]] = self.database.execute(
            f"SELECT count(*), {first} {_FROM} WHERE {wrong}", [path, *values]
        ).fetchall()
        if count:
            where = at(culprit["p"], culprit["o"])
            yield Finding(
                Code.ROW_MISPLACED, key, f"{count} rows do not belong under this name, first {where}"
            )


class _Foreign(Exception):
    """An object whose columns are not those of the format."""


def _go_together(raw: list[bytes | None], said: list[str | None]) -> bool:
    """Bytes stand there only where one of them is no UTF-8, and the names beside them show U+FFFD for it."""
    shown = [None if one is None else one.decode(errors="replace") for one in raw]
    return shown == said and any(one and "\ufffd" in one for one in shown)


def is_claimed(key: str, claims: set[tuple[str, Span]]) -> bool:
    """Whether ``key`` belongs to a commit that is still open."""
    promise = object_names.parse_object_key(key)
    return (
        promise is not None and (promise.topic, Span(promise.partition, promise.start, promise.end)) in claims
    )


def _event_columns(types: Mapping[str, str], known: Mapping[str, AuditedKind]) -> dict[str, AuditedKind]:
    """The object's own columns; each has the type it has in the contract and in every other object."""
    own = {name: kind for name, kind in types.items() if name not in COORDINATES}
    _require(types, COORDINATES)
    _require(types, {name: str(kind) for name, kind in known.items() if name in own})
    strange = sorted(f"{name} {kind}" for name, kind in own.items() if kind not in set(AuditedKind))
    if strange:
        raise _Foreign(f"columns of no type that the format knows: {', '.join(strange)}")
    return {name: AuditedKind(kind) for name, kind in own.items()}


def _require(types: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    wrong = [
        f"{name} is {types.get(name, 'absent')}" for name, kind in wanted.items() if types.get(name) != kind
    ]
    if wrong:
        raise _Foreign(f"its columns are not the format's: {', '.join(wrong)}")


def _is_dead(key: str) -> bool:
    return key.startswith(f"{object_names.DEAD_LETTERS}/")
