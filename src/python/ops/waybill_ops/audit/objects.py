"""Reading, hashing and loading what is stored below ``data/`` and ``dead_letters/``."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from waybill_ops.audit import object_names
from waybill_ops.audit.database import RAW, headers_of
from waybill_ops.audit.documented_rows import RowsSeen, is_in_order, store_rows
from waybill_ops.audit.entries import FULL, Span, StoredObject
from waybill_ops.audit.findings import Code, Finding, at
from waybill_ops.audit.fingerprint import AuditedKind, content_of_row, micros_of, quoted
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.local_files import Unsafe
from waybill_ops.audit.object_columns import (
    ADDED_COLUMNS,
    COORDINATES,
    DEAD_COLUMNS,
    ForeignColumns,
    event_columns,
    require_columns,
)
from waybill_ops.audit.object_contents import ObjectOrigin, differences
from waybill_ops.audit.object_names import ExpectedName
from waybill_ops.audit.stored_values import StrangeColumns

_FROM = "FROM read_parquet(?, hive_partitioning = false)"


@dataclass
class Loaded:
    """``columns`` is the union of the own columns of data objects that are compared by them, those of the contract
    first; ``tombstones`` are rows by the number of their split."""

    columns: dict[str, AuditedKind]
    rows: int = 0
    dead: int = 0
    objects: int = 0
    in_flight: int = 0
    findings: list[Finding] = field(default_factory=list)
    tombstones: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class Loader:
    """Loads objects into the tables. ``id_field`` and ``time_field`` are those of the contract whose rows are compared
    by columns."""

    database: duckdb.DuckDBPyConnection
    lake: LakeReader
    scratch: Path
    id_field: str
    time_field: str

    def load(
        self,
        key: str,
        number: int,
        expected: StoredObject | None,
        loaded: Loaded,
        *,
        in_flight: bool,
        origin: ObjectOrigin | None = None,
    ) -> None:
        """Checks one object against its receipt's entry and its name, and loads its rows."""
        origin = origin or ObjectOrigin(key.startswith(f"{object_names.DEAD_LETTERS}/"))
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
                promise = object_names.parse_object_key(key)
                if origin.is_dead or origin.terms.document is None:
                    rows = self._insert(number, path, loaded, expected, origin)
                    loaded.findings.extend(self._misplaced(key, path, promise, origin))
                else:
                    seen = store_rows(
                        self.database, number, origin.terms, origin.terms.document, path, promise
                    )
                    rows = seen.rows
                    loaded.tombstones[-1 if origin.split is None else origin.split] += seen.tombstones
                    loaded.findings.extend(_elsewhere(key, promise, seen))
                if origin.terms.document is not None and not is_in_order(copy.path):
                    detail = "its rows are not in the order of their offsets"
                    loaded.findings.append(Finding(Code.ROW_MISPLACED, key, detail))
                if expected:
                    found = differences(self.database, expected, rows, path, origin, self.time_field)
                    loaded.findings.extend(found)
        except (duckdb.Error, pa.ArrowException, Unsafe, StrangeColumns, ForeignColumns) as problem:
            why = str(problem).splitlines()[0][:300]
            loaded.findings.append(Finding(Code.OBJECT_UNREADABLE, key, why))
            return
        if not in_flight:
            loaded.rows += 0 if origin.is_dead else rows
            loaded.dead += rows if origin.is_dead else 0

    def _insert(
        self, number: int, path: str, loaded: Loaded, expected: StoredObject | None, origin: ObjectOrigin
    ) -> int:
        described = self.database.execute(f"DESCRIBE SELECT * {_FROM}", [path]).fetchall()
        types = {str(row[0]): str(row[1]) for row in described}
        if origin.is_dead:
            values, table = self._dead_letters(number, path, types, expected), "dead_rows"
        elif not origin.terms.has_columns:
            require_columns(types, COORDINATES)
            values = f"{number}, kafka_partition, kafka_offset, {micros_of('kafka_timestamp')}, NULL, NULL"
            table = "data_rows"
        else:
            columns = event_columns(types, loaded.columns)
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
        require_columns(types, DEAD_COLUMNS)
        strange = sorted(types.keys() - DEAD_COLUMNS.keys() - ADDED_COLUMNS.keys())
        if strange:
            raise ForeignColumns(f"it has columns that the format lacks: {', '.join(strange)[:200]}")
        names, ms = "NULL::BLOB[]", "NULL::BIGINT"
        added = ADDED_COLUMNS.keys() & types.keys()
        if added or (expected and expected.format == FULL):
            require_columns(types, ADDED_COLUMNS)
            names, ms = ADDED_COLUMNS
        if added and expected and expected.format < FULL:
            needed_sql = f"SELECT count({names}) + count({ms}) {_FROM}"
            [[needed]] = self.database.execute(needed_sql, [path]).fetchall()
            if not needed:
                raise ForeignColumns("its columns are those of format 3, which its commit is not of")
        return (
            f"{number}, kafka_partition, kafka_offset, {micros_of('kafka_timestamp')}, {ms}, reason, detail, "
            f"{RAW}, "
            f"{headers_of(names, 'headers')}"
        )

    def _misplaced(
        self, key: str, path: str, promise: ExpectedName | None, origin: ObjectOrigin
    ) -> Iterator[Finding]:
        """Rows that the object's name does not promise: one finding with the first of them."""
        has_date = origin.terms.has_columns and not origin.is_dead
        if promise is None or (has_date and promise.date is None):
            yield Finding(Code.ROW_MISPLACED, key, _NO_NAME)
            return
        wrong = "kafka_partition <> ? OR kafka_offset < ? OR kafka_offset >= ?"
        values: list[object] = [promise.partition, promise.start, promise.end]
        if has_date:
            wrong += f" OR strftime(make_timestamp(epoch_us({quoted(self.time_field)})), '%Y-%m-%d') <> ?"
            values.append(promise.date)
        first = (
            "min_by(struct_pack(p := kafka_partition, o := kafka_offset), (kafka_partition, kafka_offset))"
        )
        [[count, culprit]] = self.database.execute(
            f"SELECT count(*), {first} {_FROM} WHERE {wrong}", [path, *values]
        ).fetchall()
        if count:
            yield _not_under(key, count, (culprit["p"], culprit["o"]))


_NO_NAME = "no writer gives such a name: nothing says which rows belong in it"


def _elsewhere(key: str, promise: ExpectedName | None, seen: RowsSeen) -> Iterator[Finding]:
    if promise is None:
        yield Finding(Code.ROW_MISPLACED, key, _NO_NAME)
    elif seen.first is not None:
        yield _not_under(key, seen.misplaced, seen.first)


def _not_under(key: str, count: int, first: tuple[int, int]) -> Finding:
    return Finding(Code.ROW_MISPLACED, key, f"{count} rows do not belong under this name, first {at(*first)}")


def is_claimed(key: str, claims: set[tuple[str, Span]]) -> bool:
    """Whether ``key`` belongs to a commit that is still open."""
    promise = object_names.parse_object_key(key)
    return (
        promise is not None and (promise.topic, Span(promise.partition, promise.start, promise.end)) in claims
    )
