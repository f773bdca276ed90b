"""Lake against topic, both made of a few rows: each difference is found and named, and nothing else is."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from names_columns import ROWS
from sample_events import EVENT

from waybill_common.contract.arrow import DEAD_LETTERS
from waybill_common.settings import LakeSettings
from waybill_ops.audit.compare import compare
from waybill_ops.audit.database import open_database
from waybill_ops.audit.entries import StoredObject
from waybill_ops.audit.findings import Code
from waybill_ops.audit.fingerprint import AuditedKind
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.log_table import LogTable
from waybill_ops.audit.objects import Loaded, Loader
from waybill_streams.names import NAMES

Row = dict[str, Any]
Record = tuple[int, int, int, bytes | None, bytes | None]
NAME = "data/date=2026-11-22/names_topic-0-{:020d}-{:020d}.parquet"
DEAD = "dead_letters/names_topic-0-00000000000000000000-00000000000000000100.parquet"
MILLIS = 1_795_000_000_000
_KINDS = {"string": AuditedKind.STRING, "double": AuditedKind.DOUBLE, "instant": AuditedKind.INSTANT}


def event(number: int, **changes: object) -> Row:
    return {
        **EVENT.model_dump(),
        "id": str(uuid.UUID(int=number)),
        "full_name": 'Ásta "Á" \t\x00',
        "state": "Ohio" if number % 2 else None,
        "latitude": 0.1 + number,
        "longitude": -0.0,
        "produced_at": datetime(2026, 11, 22, 1, tzinfo=UTC) + timedelta(microseconds=number),
        **changes,
    }


def wire(fields: Row) -> bytes:
    return NAMES.model.model_validate(fields).model_dump_json().encode()


def row(number: int, **changes: object) -> Row:
    moment = datetime.fromtimestamp(MILLIS / 1000, UTC)
    return {
        **event(number),
        "kafka_partition": 0,
        "kafka_offset": number,
        "kafka_timestamp": moment,
        **changes,
    }


def record(number: int, value: bytes | None = None) -> Record:
    return (0, number, MILLIS, b"key", value or wire(event(number)))


class World:
    """A lake folder and an audit database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = open_database(folder)
        self.loaded = Loaded({column.name: _KINDS[column.kind.value] for column in NAMES.columns})
        lake = LakeReader(LakeSettings(url=str(folder)), "names")
        self.loader = Loader(self.database, lake, folder, NAMES.id_field, NAMES.time_field)
        self.objects = 0

    def store(self, rows: list[Row], key: str = NAME.format(0, 100), schema: pa.Schema | None = None) -> None:
        path = self.folder / "names" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        default = DEAD_LETTERS if key.startswith("dead") else ROWS
        pq.write_table(pa.Table.from_pylist(rows, schema=schema or default), path)
        self.load(key)

    def load(self, key: str, expected: StoredObject | None = None) -> None:
        self.loader.load(key, self.objects, expected, self.loaded, in_flight=False)
        self.objects += 1

    def found(
        self, records: list[Record], *, log_start: int = 0, frontier: int = 100
    ) -> list[tuple[Code, str]]:
        table = LogTable(self.database, self.loaded.columns, NAMES.id_field)
        table.insert_records(records)
        self.database.execute("INSERT INTO bounds VALUES (0, ?, ?)", [log_start, frontier]).fetchall()
        return [(one.code, one.where) for one in compare(self.database, with_log=True)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with _closing(World(tmp_path)) as made:
        yield made


@contextmanager
def _closing(world: World) -> Iterator[World]:
    try:
        yield world
    finally:
        world.database.close()


def letter(number: int, value: bytes | None, key: bytes | None = b"key") -> Row:
    coordinates = {name: value for name, value in row(number).items() if name.startswith("kafka_")}
    return {**coordinates, "key": key, "value": value, "headers": [], "reason": "not_json", "detail": ""}


def test_a_lake_that_is_its_topic_has_no_findings(world: World) -> None:
    world.store([row(n) for n in range(5)])
    world.store([letter(5, b"\xff"), letter(6, None), letter(7, b"")], DEAD)
    dead: list[Record] = [
        (0, 5, MILLIS, b"key", b"\xff"),
        (0, 6, MILLIS, b"key", None),
        (0, 7, MILLIS, b"key", b""),
    ]
    assert world.found([*(record(n) for n in range(5)), *dead]) == []
    assert world.loaded.findings == []
    assert (world.loaded.rows, world.loaded.dead, world.loaded.objects) == (5, 3, 2)


def test_framed_values_are_compared_by_what_is_behind_the_frame(world: World) -> None:
    framed = b"\x00\x00\x00\x00\x07"
    world.store([row(0), row(1), row(2, city="Elsewhere")])
    world.store([letter(3, framed + b"[]"), letter(4, b"[]"), letter(5, framed[:2])], DEAD)
    records = [record(0, framed + wire(event(0))), record(1), record(2, framed + wire(event(2)))]
    dead = [record(3, framed + b"[]"), record(4, framed + b"[]"), record(5, framed[:2])]
    assert world.found([*records, *dead]) == [
        (Code.ROW_ALTERED, "partition 0 offset 2"),
        (Code.DEAD_LETTER_ALTERED, "partition 0 offset 4"),
    ]


@pytest.mark.parametrize("column", [column.name for column in NAMES.columns if column.name != "id"])
def test_any_column_that_differs_is_found(world: World, column: str) -> None:
    value = row(1)[column]
    other = {float: lambda v: v + 1e-12, datetime: lambda v: v + timedelta(microseconds=1)}
    changed = other[type(value)](value) if type(value) in other else f"{value} "
    world.store([row(0), row(1, **{column: changed})])
    assert world.found([record(0), record(1)]) == [(Code.ROW_ALTERED, "partition 0 offset 1")]


def test_a_null_that_became_text_is_found(world: World) -> None:
    world.store([row(0, state=""), row(1, state=None)])
    assert [code for code, _ in world.found([record(0), record(1)])] == [Code.ROW_ALTERED] * 2


def test_another_timestamp_is_found(world: World) -> None:
    world.store([row(0, kafka_timestamp=datetime(2026, 11, 22, tzinfo=UTC))])
    assert world.found([record(0)]) == [(Code.ROW_ALTERED, "partition 0 offset 0")]


def test_another_id_is_found(world: World) -> None:
    world.store([row(0, id=event(1)["id"]), row(1, id=event(0)["id"])])
    found = world.found([record(0), record(1)])
    assert found == [(Code.ID_DIFFERS, "partition 0 offset 0"), (Code.ID_DIFFERS, "partition 0 offset 1")]


def test_a_row_for_a_record_that_is_no_event_is_found(world: World) -> None:
    world.store([row(0), row(1)])
    found = world.found([record(0, b"{broken"), record(1, b"[]")])
    assert [code for code, _ in found] == [Code.ID_DIFFERS] * 2


def test_missing_and_foreign_are_told_apart(world: World) -> None:
    world.store([row(0), row(2)])
    found = world.found([record(0), record(1)])
    assert found == [(Code.MISSING, "partition 0 offset 1"), (Code.FOREIGN, "partition 0 offset 2")]


def test_a_row_in_two_objects_is_doubled(world: World) -> None:
    world.store([row(0), row(1)])
    world.store([row(1)], NAME.format(1, 100))
    assert world.found([record(0), record(1)]) == [(Code.DOUBLED, "partition 0 offset 1")]


def test_a_record_that_is_both_row_and_dead_letter_is_doubled(world: World) -> None:
    world.store([row(0)])
    world.store([letter(0, wire(event(0)))], DEAD)
    assert world.found([record(0)]) == [(Code.DOUBLED, "partition 0 offset 0")]


@pytest.mark.parametrize(
    "changed", [letter(0, b"other"), letter(0, None), letter(0, b"x", None), letter(0, b"x", b"")], ids=str
)
def test_a_dead_letter_with_other_bytes_is_found(world: World, changed: Row) -> None:
    world.store([changed], DEAD)
    found = world.found([(0, 0, MILLIS, b"key", b"x")])
    assert found == [(Code.DEAD_LETTER_ALTERED, "partition 0 offset 0")]


def test_a_dead_letter_without_a_reason_is_told_in_words(world: World) -> None:
    loose = pa.schema([field.with_nullable(True) for field in DEAD_LETTERS])  # noqa: FBT003
    world.store([{**letter(0, b"x"), "reason": None}], DEAD, loose)
    world.database.execute("UPDATE objects SET format = 3").fetchall()
    assert world.found([(0, 0, MILLIS, b"key", b"x")]) == [(Code.DEAD_LETTER_ALTERED, "partition 0 offset 0")]
    assert all(one.detail for one in compare(world.database, with_log=True))


@pytest.mark.parametrize("name", ["value", "more"])
def test_a_column_that_dead_letters_do_not_have_is_found(world: World, name: str) -> None:
    """Of two columns with one name a reader takes either, or none."""
    table = pa.Table.from_pylist([letter(0, b"x")], schema=DEAD_LETTERS)
    path = world.folder / "names" / DEAD
    path.parent.mkdir(parents=True)
    twice = pa.table([*table.columns, pa.array([b"y"])], names=[*table.column_names, name])
    pq.write_table(twice, path)
    world.load(DEAD)
    assert [one.code for one in world.loaded.findings] == [Code.OBJECT_UNREADABLE]


def test_what_lies_below_the_log_start_or_behind_the_frontier_is_not_compared(world: World) -> None:
    world.store([row(0), row(1), row(2)])
    assert world.found([record(1), record(3)], log_start=1, frontier=2) == []


def test_a_row_in_a_declared_hole_is_found(world: World) -> None:
    world.database.execute("INSERT INTO holes VALUES (0, 1, 2)").fetchall()
    world.store([row(0), row(1), row(2)])
    assert world.found([], log_start=3) == [(Code.ROW_IN_HOLE, "partition 0 offset 1")]


def test_a_hole_that_kafka_knows_nothing_of_is_missing(world: World) -> None:
    world.database.execute("INSERT INTO holes VALUES (0, 1, 2)").fetchall()
    world.store([row(0)])
    assert world.found([record(0), record(1)]) == [(Code.MISSING, "partition 0 offset 1")]


def test_a_repeated_event_id_is_listed_and_does_not_fail(world: World) -> None:
    again = event(1, id=event(0)["id"])
    world.store([row(0), row(1, id=event(0)["id"])])
    found = world.found([record(0), record(1, wire(again))])
    assert found == [(Code.REPEATED_ID, "partition 0 offset 0")]
    assert not Code.REPEATED_ID.fails


def test_of_a_repeated_field_name_the_last_counts(world: World) -> None:
    twice = wire(event(0)).replace(b'"city":', b'"city":"Elsewhere","city":')
    world.store([row(0)])
    assert world.found([record(0, twice)]) == []


@pytest.mark.parametrize(
    "rows",
    [
        [row(100)],
        [row(0, kafka_partition=1)],
        [row(0, produced_at=datetime(2026, 11, 21, 23, 59, tzinfo=UTC))],
    ],
    ids=["offset", "partition", "date"],
)
def test_rows_that_the_name_does_not_promise_are_misplaced(world: World, rows: list[Row]) -> None:
    world.store(rows)
    assert [one.code for one in world.loaded.findings] == [Code.ROW_MISPLACED]


def test_a_name_that_no_writer_gives_is_misplaced(world: World) -> None:
    world.store([row(0)], "data/date=2026-11-22/part-0.parquet")
    assert [one.code for one in world.loaded.findings] == [Code.ROW_MISPLACED]


def _without(name: str) -> pa.Schema:
    schema = ROWS
    return schema.remove(schema.get_field_index(name))


@pytest.mark.parametrize(
    "schema",
    [
        _without("kafka_offset"),
        ROWS.append(pa.field("extra", pa.list_(pa.string()))),
        ROWS.set(9, pa.field("latitude", pa.string())),
    ],
    ids=["coordinate", "nested", "type"],
)
def test_other_columns_are_unreadable(world: World, schema: pa.Schema) -> None:
    wanted = {name: None for name in schema.names if name not in row(0)}
    text = {"latitude": "1"} if schema.field("latitude").type == pa.string() else {}
    world.store([{**row(0), **wanted, **text}], schema=schema)
    assert [one.code for one in world.loaded.findings] == [Code.OBJECT_UNREADABLE]


def test_a_column_that_was_dropped_is_found_by_its_records(world: World) -> None:
    world.store([row(0)], schema=_without("city"))
    assert world.found([record(0)]) == [(Code.ROW_ALTERED, "partition 0 offset 0")]


def test_an_object_that_is_not_its_receipts_is_altered(world: World) -> None:
    world.store([row(0)])
    world.database.execute("DELETE FROM data_rows").fetchall()
    world.load(NAME.format(0, 100), StoredObject(NAME.format(0, 100), 2, 1, "0" * 64))
    assert [one.code for one in world.loaded.findings] == [Code.OBJECT_ALTERED] * 2


def test_the_wire_format_in_these_tests_is_the_contracts() -> None:
    assert json.loads(wire(event(0)))["produced_at"] == "2026-11-22T01:00:00.000000Z"
