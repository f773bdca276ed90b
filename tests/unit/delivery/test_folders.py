"""Where rows go: folders of a contract's document and a manifest's window, the same for one row and for many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from unit.contracts.documents import ORDERS, document, field
from unit.delivery.orders import DAY

from waybill_contracts.columns import RowColumns
from waybill_contracts.document import ContractDocument
from waybill_contracts.judging import FolderWindow, JudgedRow, folder_of
from waybill_delivery.folder_bounds import longest_folder, window_past
from waybill_delivery.objects import Folders

MICROS = 86_400_000_000
WINDOW = ("2026-01-01", "2026-12-31")
FIRST, LAST = 20_454, 20_818
TIMES = [
    None,
    *(
        day * MICROS + more
        for day in (FIRST - 1, FIRST, 0, -1, LAST, LAST + 1)
        for more in (0, 1, MICROS - 1)
    ),
    -62_135_596_800_000_000,
    253_402_300_799_999_999,
    *range(FIRST * MICROS, (FIRST + 1) * MICROS, MICROS // 5),
]
KINDS = ['sa"le', "a/b", "x=y", "é", "%41", "50%", "#*:?{}[]^'", "\x01\x7f", "a b"]


def of(partition_by: list[str], kind: str = "timestamptz") -> ContractDocument:
    return document(
        field(1, "at", kind),
        field(2, "kind", "string"),
        field(3, "yes", "boolean"),
        entries={"2": {"rules": {"enum": KINDS}}},
        partition_by=partition_by,
    )


def rows_of(found: ContractDocument, times: list[Any]) -> list[JudgedRow]:
    texts, truths = [None, *KINDS], (None, True, False)
    return [
        JudgedRow([time, texts[at % len(texts)], truths[at % 3]], timestamp=time)
        for at, time in enumerate(times * 10)
    ]


@pytest.mark.parametrize("window", [WINDOW, None], ids=["window", "whole calendar"])
@pytest.mark.parametrize(
    "by",
    [
        [],
        ["day(at)"],
        ["hour(at)"],
        ["day(kafka_timestamp)"],
        ["hour(kafka_timestamp)"],
        ["identity(kind)"],
        ["identity(yes)"],
        ["identity(kind)", "day(at)"],
        ["hour(at)", "identity(yes)"],
    ],
    ids=lambda by: "+".join(by) or "none",
)
@pytest.mark.parametrize("kind", ["timestamptz", "timestamp"])
def test_many_rows_go_where_each_of_them_goes(by: list[str], kind: str, window: Any) -> None:
    check(of(by, kind), TIMES, window)


def test_days_go_where_each_of_them_goes() -> None:
    check(of(["day(at)"], "date"), [None, 0, -1, FIRST, FIRST - 1, LAST + 1, -719_162, 2_932_896], WINDOW)


def check(found: ContractDocument, times: list[Any], window: Any) -> None:
    is_date = found.columns["at"].type.family == "date"
    rows = rows_of(found, times)
    if is_date:
        rows = [JudgedRow(row.values, timestamp=None) for row in rows]
    table = pa.Table.from_batches([RowColumns(found).batch(0, range(len(rows)), rows)])
    placed = Folders(found, window).of(table)
    one = FolderWindow(FIRST, LAST) if window else FolderWindow()
    assert [placed.folders[at] for at in placed.at.to_pylist()] == [
        folder_of(found, row, one) for row in rows
    ]
    assert [*placed.folders] == sorted({*placed.folders})
    assert {*placed.at.to_pylist()} == {*range(len(placed.folders))}
    assert Folders(found, window).of(table.slice(0, 0)).folders == ()


def test_names_keep_date() -> None:
    from waybill_contracts.document import parse_document
    from waybill_streams.names import NAMES

    start = datetime(2026, 11, 22, tzinfo=UTC)
    table = pa.table({"produced_at": pa.array([start, start + timedelta(days=1)], pa.timestamp("us", "UTC"))})
    placed = Folders(parse_document(NAMES.document), None).of(table)
    assert placed.folders == ("date=2026-11-22", "date=2026-11-23")


@pytest.mark.parametrize(
    ("by", "days"),
    [
        (["day(at)"], 5000),
        ([], 5000),
        (["identity(kind)"], 5000),
        (["hour(at)"], 10_000 // 24 - 3),
        (["day(at)", "identity(yes)"], 10_000 // 3 - 3),
        (["identity(kind)", "hour(at)"], 10_000 // 24 // 10 - 3),
    ],
    ids=lambda one: str(one),
)
def test_hours_or_a_second_key_leave_as_many_days_as_make_ten_thousand_folders(
    by: list[str], days: int
) -> None:
    assert window_past(of(by), 5000) == days
    assert window_past(of(by), 7) == 7


def test_today_has_a_folder_however_many_values_there_are() -> None:
    many = document(
        field(1, "kind", "string"),
        entries={"1": {"rules": {"enum": [f"k{at}" for at in range(500)]}}},
        partition_by=["identity(kind)", "hour(kafka_timestamp)"],
    )
    assert window_past(many, 3650) == 0


def test_the_longest_path_counts_bytes_after_escaping() -> None:
    assert longest_folder(of(["identity(kind)", "hour(at)"])) == (
        "kind_value=%23%2A%3A%3F%7B}%5B%5D%5E%27/at_hour=1970-01-01-00"
    )
    assert longest_folder(of([])) == ""
    assert ORDERS["partition_by"] == ["day(created_at)"]
    assert DAY == MICROS // 1000
