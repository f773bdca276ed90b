"""Whatever Kafka can hold: a lake as its rules make it of the records has no finding, under each format."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from names_columns import EVENTS
from whole_records import EVENT, WHOLE, Whole

from waybill_common.settings import LakeSettings
from waybill_ops.audit.compare import compare
from waybill_ops.audit.database import open_database
from waybill_ops.audit.entries import Contents, StoredObject
from waybill_ops.audit.findings import Code, Finding
from waybill_ops.audit.fingerprint import AuditedKind
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.log_table import LogTable
from waybill_ops.audit.objects import Loaded, Loader
from waybill_streams.names import NAMES

GOOD = json.dumps(EVENT).encode()
UTC_MICROS = pa.timestamp("us", tz="UTC")
_PLACE = [("kafka_partition", pa.int32()), ("kafka_offset", pa.int64()), ("kafka_timestamp", UTC_MICROS)]
ROWS = pa.schema([*EVENTS, *(pa.field(*one) for one in _PLACE)])
_OLD = [
    *_PLACE,
    ("key", pa.binary()),
    ("value", pa.binary()),
    ("headers", pa.list_(pa.struct([("name", pa.string()), ("value", pa.binary())]))),
    ("reason", pa.string()),
    ("detail", pa.string()),
]
LETTERS = {
    1: pa.schema(_OLD),
    3: pa.schema([*_OLD, ("header_names", pa.list_(pa.binary())), ("kafka_timestamp_ms", pa.int64())]),
}
DEAD = "dead_letters/names_topic-0-00000000000000000000-00000000000000001000.parquet"
DATA = "data/date=2026-11-22/names_topic-0-00000000000000000000-00000000000000001000.parquet"
KINDS = {"string": AuditedKind.STRING, "double": AuditedKind.DOUBLE, "instant": AuditedKind.INSTANT}


def has_year(stamp: int) -> bool:
    return -62_135_596_800_000 <= stamp <= 253_402_300_799_999


def is_utf8(name: bytes) -> bool:
    return name.decode(errors="replace").encode() == name


def stored_stamp(stamp: int, format: int) -> int | None:  # noqa: A002  # the ledger's word
    fits = has_year(stamp) and stamp != -1 if format == 3 else -(2**63) <= stamp * 1000 < 2**63
    return stamp * 1000 if fits else None


def needs_columns(one: Whole) -> bool:
    return not all(is_utf8(name) for name, _ in one.headers) or stored_stamp(one.stamp, 1) is None


def is_row(one: Whole, format: int) -> bool:  # noqa: A002
    if format == 3:
        return one.row is not None and has_year(one.stamp)
    return one.row is not None and stored_stamp(one.stamp, 1) is not None


def row_of(offset: int, one: Whole, format: int) -> dict[str, Any]:  # noqa: A002
    place = {"kafka_partition": 0, "kafka_offset": offset, "kafka_timestamp": stored_stamp(one.stamp, format)}
    return {**(one.row or {}), **place}


def letter_of(offset: int, one: Whole, format: int) -> dict[str, Any]:  # noqa: A002
    names = [name for name, _ in one.headers]
    at = stored_stamp(one.stamp, format)
    return {
        "kafka_partition": 0,
        "kafka_offset": offset,
        "kafka_timestamp": at,
        "key": one.key,
        "value": one.value,
        "headers": [{"name": name.decode(errors="replace"), "value": value} for name, value in one.headers],
        "reason": "bad_timestamp" if format == 3 and not has_year(one.stamp) else "not_json",
        "detail": "",
        "header_names": None if all(map(is_utf8, names)) else names,
        "kafka_timestamp_ms": one.stamp if at is None else None,
    }


class Lake:
    """A lake of one split, and the audit of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = open_database(folder)
        self.loaded = Loaded({column.name: KINDS[column.kind.value] for column in NAMES.columns})
        lake = LakeReader(LakeSettings(url=str(folder)), "names")
        self.loader = Loader(self.database, lake, folder, NAMES.id_field, NAMES.time_field)

    def store(self, key: str, rows: list[dict[str, Any]], schema: pa.Schema, format: int, raw: int) -> None:  # noqa: A002
        """Stores rows, and loads them with an entry that describes them."""
        if not rows:
            return
        path = self.folder / "names" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = [
            pa.array([row[name] for row in rows], kind)
            for name, kind in zip(schema.names, schema.types, strict=True)
        ]
        pq.write_table(pa.table(columns, schema=schema), path)
        offsets = rows[0]["kafka_offset"], rows[-1]["kafka_offset"]
        times = [_micros(row["produced_at"]) for row in rows if "produced_at" in row]
        time = (min(times), max(times)) if times else None
        contents = Contents(("2026-11-22",) if times else (), offsets, time, raw) if format == 3 else None
        body = path.read_bytes()
        entry = StoredObject(key, len(rows), len(body), hashlib.sha256(body).hexdigest(), format, contents)
        self.loader.load(
            key, len(self.loaded.findings) + self.loaded.objects, entry, self.loaded, in_flight=False
        )

    def deliver(self, records: list[Whole], format: int) -> None:  # noqa: A002
        placed = list(enumerate(records))
        rows = [(o, one) for o, one in placed if is_row(one, format)]
        dead = [(o, one) for o, one in placed if not is_row(one, format)]
        added = format == 3 or any(needs_columns(one) for _, one in dead)
        self.store(DATA, [row_of(o, one, format) for o, one in rows], ROWS, format, _raw(rows))
        letters = [letter_of(o, one, format) for o, one in dead]
        self.store(DEAD, letters, LETTERS[3 if added else 1], format, _raw(dead))

    def findings(self, records: list[Whole]) -> list[Finding]:
        table = LogTable(self.database, self.loaded.columns, NAMES.id_field)
        table.insert_records(
            [(0, o, one.stamp, one.key, one.value) for o, one in enumerate(records)],
            lambda o: records[o].headers,
        )
        self.database.execute("INSERT INTO bounds VALUES (0, 0, 1000)").fetchall()
        return [*self.loaded.findings, *compare(self.database, with_log=True)]


def _raw(placed: list[tuple[int, Whole]]) -> int:
    return sum(len(one.key or b"") + len(one.value or b"") for _, one in placed)


def _micros(moment: datetime) -> int:
    micros: int = pa.scalar(moment, UTC_MICROS).value
    return micros


@contextmanager
def a_lake(folder: Path) -> Iterator[Lake]:
    lake = Lake(folder)
    try:
        yield lake
    finally:
        lake.database.close()


@pytest.mark.parametrize("format", [1, 3])
@given(records=st.lists(WHOLE, min_size=30, max_size=80))
@settings(max_examples=20, suppress_health_check=[HealthCheck.large_base_example])
def test_a_lake_that_is_its_topic_has_no_finding_whatever_its_records_hold(
    format: int,  # noqa: A002
    records: list[Whole],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with a_lake(tmp_path_factory.mktemp("lake")) as lake:
        lake.deliver(records, format)
        found = [one for one in lake.findings(records) if one.code is not Code.REPEATED_ID]
        assert found == []


PLAIN = Whole(0, b"k", b"not JSON", ((b"h", b"v"),))
STRANGE_NAME = Whole(0, b"k", b"not JSON", ((b"h\xff", b"v"),))


@pytest.mark.parametrize(
    ("format", "columns", "record", "codes"),
    [
        (1, 1, PLAIN, []),
        (1, 3, PLAIN, [Code.OBJECT_UNREADABLE]),
        (1, 3, STRANGE_NAME, []),
        (3, 1, PLAIN, [Code.OBJECT_UNREADABLE]),
        (3, 3, PLAIN, []),
    ],
    ids=["old", "old_without_need", "old_with_need", "new_without_columns", "new"],
)
def test_new_columns_stand_where_the_format_has_them(
    format: int,  # noqa: A002
    columns: int,
    record: Whole,
    codes: list[Code],
    tmp_path: Path,
) -> None:
    with a_lake(tmp_path) as lake:
        lake.store(DEAD, [letter_of(0, record, format)], LETTERS[columns], format, _raw([(0, record)]))
        assert [one.code for one in lake.loaded.findings] == codes


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"header_names": [b"other\xff"]}, Code.DEAD_LETTER_ALTERED),
        ({"header_names": None}, Code.DEAD_LETTER_ALTERED),
        ({"headers": [{"name": "h", "value": b"v"}]}, Code.DEAD_LETTER_ALTERED),
        ({"headers": []}, Code.DEAD_LETTER_ALTERED),
        ({"kafka_timestamp": None}, Code.DEAD_LETTER_ALTERED),
        ({"kafka_timestamp": None, "kafka_timestamp_ms": 0}, Code.DEAD_LETTER_ALTERED),
        ({"kafka_timestamp_ms": 0}, Code.DEAD_LETTER_ALTERED),
        ({"reason": "bad_timestamp"}, Code.DEAD_LETTER_ALTERED),
    ],
    ids=str,
)
def test_a_letter_that_is_not_its_record_is_found(change: dict[str, Any], code: Code, tmp_path: Path) -> None:
    with a_lake(tmp_path) as lake:
        row = {**letter_of(0, STRANGE_NAME, 3), **change}
        lake.store(DEAD, [row], LETTERS[3], 3, _raw([(0, STRANGE_NAME)]))
        assert code in [one.code for one in lake.findings([STRANGE_NAME])]


@pytest.mark.parametrize("stamp", [-1, 0, 2**62])
@pytest.mark.parametrize("stored", [None, 5_000_000, 2**63 - 1, -(2**63) + 1])
def test_a_row_with_another_timestamp_than_its_records_is_found(
    stamp: int, stored: int | None, tmp_path: Path
) -> None:
    record = Whole(stamp, b"k", GOOD, ())
    with a_lake(tmp_path) as lake:
        row = {**row_of(0, record, 3), "kafka_timestamp": stored}
        lake.store(DATA, [row], ROWS, 3, _raw([(0, record)]))
        found = [one.code for one in lake.findings([record])]
        assert found == ([] if stored is None and stamp == -1 else [Code.ROW_ALTERED])


def test_raw_bytes_that_are_not_those_of_kafka_are_found(tmp_path: Path) -> None:
    record = Whole(0, b"k", GOOD, ())
    with a_lake(tmp_path) as lake:
        lake.store(DATA, [row_of(0, record, 3)], ROWS, 3, 1)
        assert [one.code for one in lake.findings([record])] == [Code.OBJECT_ALTERED]
