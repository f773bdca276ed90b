"""Reading, hashing and loading what is stored below ``data/`` and ``dead_letters/``."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

import duckdb

from waybill_ops.audit import names
from waybill_ops.audit.database import RAW
from waybill_ops.audit.entries import Span
from waybill_ops.audit.entries import StoredObject
from waybill_ops.audit.findings import Code
from waybill_ops.audit.findings import Finding
from waybill_ops.audit.findings import at
from waybill_ops.audit.fingerprint import Kind
from waybill_ops.audit.fingerprint import content_of_row
from waybill_ops.audit.fingerprint import quoted
from waybill_ops.audit.lake_reader import LakeReader

COORDINATES = {"kafka_partition": "INTEGER", "kafka_offset": "BIGINT", "kafka_timestamp": str(Kind.INSTANT)}
DEAD_COLUMNS = {**COORDINATES, "key": "BLOB", "value": "BLOB", "reason": "VARCHAR", "detail": "VARCHAR"}

_FROM = "FROM read_parquet(?, hive_partitioning = false)"


@dataclass
class Loaded:
    """``columns`` is the union of the data objects' own columns, those of the contract first."""

    columns: dict[str, Kind]
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
        with self.lake.copy(key, self.scratch) as copy:
            if copy is None:
                loaded.findings.append(Finding(Code.OBJECT_MISSING, key, "it was deleted during the audit"))
                return
            if expected and (expected.bytes, expected.sha256) != (copy.bytes, copy.sha256):
                said = f"{expected.bytes} and {expected.sha256}"
                detail = f"{copy.bytes} bytes, sha256 {copy.sha256}; its receipt says {said}"
                loaded.findings.append(Finding(Code.OBJECT_ALTERED, key, detail))
            loaded.objects += 1
            loaded.in_flight += in_flight
            self.database.execute("INSERT INTO objects VALUES (?, ?, ?)", [number, key, in_flight]).fetchall()
            try:
                path = glob.escape(str(copy.path))  # DuckDB takes a path for a pattern
                rows = self._insert(key, number, path, loaded)
                loaded.findings.extend(self._misplaced(key, path))
            except (duckdb.Error, _Foreign) as problem:
                why = str(problem).splitlines()[0][:300]
                loaded.findings.append(Finding(Code.OBJECT_UNREADABLE, key, why))
                return
        if expected and rows != expected.rows:
            detail = f"it holds {rows} rows, its receipt says {expected.rows}"
            loaded.findings.append(Finding(Code.OBJECT_ALTERED, key, detail))
        if not in_flight:
            loaded.rows += 0 if _is_dead(key) else rows
            loaded.dead += rows if _is_dead(key) else 0

    def _insert(self, key: str, number: int, path: str, loaded: Loaded) -> int:
        described = self.database.execute(f"DESCRIBE SELECT * {_FROM}", [path]).fetchall()
        types = {str(row[0]): str(row[1]) for row in described}
        if _is_dead(key):
            _require(types, DEAD_COLUMNS)
            values = f"SELECT {number}, kafka_partition, kafka_offset, epoch_us(kafka_timestamp), {RAW}"
            table = "dead_rows"
        else:
            columns = _event_columns(types, loaded.columns)
            loaded.columns.update(columns)
            values = (
                f"SELECT {number}, kafka_partition, kafka_offset, epoch_us(kafka_timestamp), "
                f"{quoted(self.id_field)}, {content_of_row(columns)}"
            )
            table = "data_rows"
        [[inserted]] = self.database.execute(f"INSERT INTO {table} {values} {_FROM}", [path]).fetchall()
        return int(inserted)

    def _misplaced(self, key: str, path: str) -> Iterator[Finding]:
        """Rows that the object's name does not promise: one finding with the first of them."""
        promise = names.parse_object_key(key)
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


def is_claimed(key: str, claims: set[tuple[str, Span]]) -> bool:
    """Does ``key`` belong to a commit that is still open?"""
    promise = names.parse_object_key(key)
    return (
        promise is not None and (promise.topic, Span(promise.partition, promise.start, promise.end)) in claims
    )


def _event_columns(types: Mapping[str, str], known: Mapping[str, Kind]) -> dict[str, Kind]:
    """The object's own columns; each has the type it has in the contract and in every other object."""
    own = {name: kind for name, kind in types.items() if name not in COORDINATES}
    _require(types, COORDINATES)
    _require(types, {name: str(kind) for name, kind in known.items() if name in own})
    strange = sorted(f"{name} {kind}" for name, kind in own.items() if kind not in set(Kind))
    if strange:
        raise _Foreign(f"columns of no type that the format knows: {', '.join(strange)}")
    return {name: Kind(kind) for name, kind in own.items()}


def _require(types: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    wrong = [
        f"{name} is {types.get(name, 'absent')}" for name, kind in wanted.items() if types.get(name) != kind
    ]
    if wrong:
        raise _Foreign(f"its columns are not the format's: {', '.join(wrong)}")


def _is_dead(key: str) -> bool:
    return key.startswith(f"{names.DEAD_LETTERS}/")
