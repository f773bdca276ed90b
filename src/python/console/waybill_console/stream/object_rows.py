"""An object's rows, by DuckDB, from a copy whose sha256 is compared with the receipt's."""

from __future__ import annotations

import glob
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from waybill_common.errors import LakeRefused
from waybill_common.settings import LakeSettings
from waybill_ops.audit import LakeReader, Unsafe
from waybill_ops.receipts import ListedObject

LARGEST = 256 * 1024 * 1024
"""Bytes of an object that is looked into; the audit has no such bound."""

_CELL = 400
"""Characters of one value."""

_PLACE = ("kafka_partition", "kafka_offset")
_FIRST = ("reason", "detail")

_FROM = "FROM read_parquet(?, hive_partitioning = false)"


@dataclass(frozen=True)
class ShownRows:
    """Some rows as texts. ``is_as_stored``: the bytes are those that the receipt names."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    is_as_stored: bool

    @property
    def shown(self) -> tuple[int, ...]:
        """Columns of a table: why a letter is dead comes first, and a row's place is a link before them all."""
        order = sorted(range(len(self.columns)), key=lambda at: self.columns[at] not in _FIRST)
        return tuple(at for at in order if self.columns[at] not in _PLACE)

    def place(self, row: tuple[str | None, ...]) -> tuple[int, int] | None:
        """Partition and offset of a row."""
        found = dict(zip(self.columns, row, strict=True))
        partition, offset = (found.get(name) for name in _PLACE)
        return None if partition is None or offset is None else (int(partition), int(offset))


@dataclass(frozen=True)
class ObjectRows:
    """Of the dataset in one folder of a lake."""

    settings: LakeSettings
    folder: str

    @cached_property
    def _lake(self) -> LakeReader:
        return LakeReader(self.settings, self.folder)

    def first(self, listed: ListedObject, count: int, *, from_offset: int | None = None) -> ShownRows:
        """The first rows, or those from an offset on. Raises ``LakeRefused`` for what can't be read."""
        where, words = ("", ()) if from_offset is None else ("WHERE kafka_offset >= ?", (from_offset,))
        return self._rows(listed, f"{where} LIMIT {int(count)}", words)

    def with_id(self, listed: ListedObject, id_columns: Sequence[str], event_id: str) -> ShownRows:
        """Rows of which one of these columns, as a text, is that id."""
        quoted = [column.replace('"', '""') for column in id_columns]
        where = " OR ".join(f'"{column}"::VARCHAR = ?' for column in quoted)
        return self._rows(listed, f"WHERE {where} LIMIT 20", (event_id,) * len(quoted))

    def _rows(self, listed: ListedObject, end: str, words: tuple[object, ...]) -> ShownRows:
        entry = listed.entry
        if entry.bytes > LARGEST:
            raise self._unreadable(entry.key, f"its {entry.bytes:,} bytes are too many to look into")
        with tempfile.TemporaryDirectory(prefix="waybill-console-") as folder:
            try:
                with self._lake.copy(entry.key, Path(folder)) as copy:
                    if copy is None:
                        raise self._unreadable(entry.key, "it is gone")
                    path = glob.escape(str(copy.path))  # DuckDB takes a path for a pattern
                    columns, rows = self._selected(path, end, words)
                    return ShownRows(columns, rows, copy.sha256 == entry.sha256)
            except (duckdb.Error, Unsafe) as problem:
                raise self._unreadable(entry.key, str(problem).splitlines()[0][:300]) from problem

    @cached_property
    def _database(self) -> duckdb.DuckDBPyConnection:
        """One for all threads, each of which takes a cursor: to make one costs more than most questions."""
        database = duckdb.connect(":memory:", config={"memory_limit": "512MB", "threads": 2})
        database.execute("SET GLOBAL TimeZone = 'UTC'")
        return database

    def _selected(
        self, path: str, end: str, words: tuple[object, ...]
    ) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
        """``left`` on texts: whatever a value is, so much of it and no more comes here."""
        with self._database.cursor() as cursor:
            found = cursor.execute(
                f"SELECT left(COLUMNS(*)::VARCHAR, {_CELL}) FROM (SELECT * {_FROM} {end})",  # noqa: S608  # no word of a user's
                [path, *words],
            )
            columns = tuple(one[0] for one in found.description or ())
            return columns, tuple(found.fetchall())

    def _unreadable(self, key: str, why: str) -> LakeRefused:
        return LakeRefused(
            f"{self._lake.address}/{key[:300]} can't be looked into: {why}.",
            allowed="a Parquet file of the dataset.",
            remedy="run `waybill verify`, which names each object that was altered.",
        )
