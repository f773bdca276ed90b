"""The delivery loop on real Kafka and a real folder: what arrives, and how it is accounted for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow.dataset as ds
import pyarrow.parquet as pq
from integration.delivery.conftest import Stream
from integration.delivery.conftest import carried as as_carried
from names_columns import ROWS
from sample_events import START, nth_event

from waybill_common.contract import Contract
from waybill_common.kafka import librdkafka_config
from waybill_common.lake import Lake, open_lake
from waybill_common.ledger import Manifest, Split, SplitReport
from waybill_common.settings import LakeSettings
from waybill_delivery.events import BlockDecoder, SplitReader, decoder_of, split_consumer
from waybill_delivery.splits import SplitOutcome, TaskContext
from waybill_delivery.splits.task import deliver_splits
from waybill_streams.names import NAMES


def rows(stream: Stream) -> list[tuple[int, int, str]]:
    data = ds.dataset(f"{stream.lake.local_root}/data", format="parquet").to_table()
    return sorted(zip(*(data[c].to_pylist() for c in ("kafka_partition", "kafka_offset", "id")), strict=True))


def test_every_valid_event_is_one_row_with_every_column(stream: Stream) -> None:
    stream.names(250, partition=0)
    stream.names(50, first=1000, partition=1)
    driver = stream.driver(rows_per_object=100)
    driver.reach(stream.ends())
    wanted = [(0, n, nth_event(n).id) for n in range(250)] + [
        (1, n, nth_event(1000 + n).id) for n in range(50)
    ]
    assert rows(stream) == wanted
    [receipt] = driver.receipts
    assert (receipt.rows, receipt.dead, receipt.empty, receipt.lost) == (300, 0, 2, 0)
    assert receipt.frontier == {0: 251, 1: 51}
    assert [len(split.data) for split in receipt.splits] == [1, 1, 1, 1]
    first = Path(f"{stream.lake.local_root}/{receipt.splits[0].data[0].key}")
    table = pq.read_table(first)
    assert table.schema.equals(ROWS)
    row = table.slice(1, 1).to_pylist()[0]
    assert {k: row[k] for k in NAMES.model.model_fields} == nth_event(1).model_dump()


def test_splits_that_are_read_side_by_side_get_the_reports_and_objects_that_each_gets_alone(
    new_stream: Callable[..., Stream], tmp_path: Path
) -> None:
    stream = new_stream(3)
    stream.names(120, partition=0)
    stream.produce([b"no event"] * 2, partition=1)
    stream.produce([b"x"] * 4, partition=2, commit=False)
    stream.names(30, first=1000, partition=2)
    ends = stream.ends()
    reports = []
    for name, deliver in (("alone", one_by_one), ("together", deliver_splits)):
        lake = open_lake(LakeSettings(url=str(tmp_path / name), attempts=3), "names")
        driver = replace(stream, lake=lake).driver()
        driver.carry = partial(carried, deliver, stream, lake)
        driver.reach(ends)
        reports.append(driver.receipts[0].splits)
    assert reports[0] == reports[1]
    assert [(one.rows, one.dead, one.empty) for one in reports[1]] == [(120, 0, 1), (0, 2, 1), (30, 0, 6)]


def one_by_one(
    context: TaskContext, splits: Sequence[Split], consumer: SplitReader, decoder: BlockDecoder
) -> list[SplitOutcome]:
    return [deliver_splits(context, [split], consumer, decoder)[0] for split in splits]


def carried(
    deliver: Callable[[TaskContext, Sequence[Split], SplitReader, BlockDecoder], list[SplitOutcome]],
    stream: Stream,
    lake: Lake,
    manifest: Manifest,
    contract: Contract,
) -> list[SplitReport]:
    context = TaskContext(manifest, contract, stream.kafka, lake, accept_loss=False)
    consumer = split_consumer(librdkafka_config(stream.kafka))
    try:
        done = deliver(context, manifest.splits, consumer, decoder_of(contract, manifest.format))
        return [as_carried(one).report for one in done]
    finally:
        consumer.close()


def test_a_second_round_delivers_only_what_is_new(stream: Stream) -> None:
    stream.names(10)
    stream.driver().reach(stream.ends())
    stream.names(5, first=100)
    driver = stream.driver()
    driver.reach(stream.ends())
    assert [receipt.number for receipt in driver.receipts] == [2]
    assert [offset for _, offset, _ in rows(stream)] == [*range(10), *range(11, 16)]
    driver.reach(stream.ends())
    assert len(driver.receipts) == 1


def test_aborted_records_are_empty_offsets(stream: Stream) -> None:
    stream.names(3)
    stream.produce([b"x"] * 4, commit=False)
    stream.names(2, first=10)
    driver = stream.driver(rows_per_object=3)
    driver.reach(stream.ends())
    assert (driver.receipts[0].rows, driver.receipts[0].empty) == (5, 7)
    assert stream.ends()[0] == 12


def test_a_range_that_ends_in_transaction_markers_is_finished(stream: Stream) -> None:
    for number in range(5):
        stream.produce([b"x"], commit=False)
        assert stream.ends()[0] == 2 * (number + 1)
    driver = stream.driver()
    driver.reach(stream.ends())
    assert (driver.receipts[0].rows, driver.receipts[0].empty) == (0, 10)


def test_broken_records_become_dead_letters_with_bytes_reason_and_coordinates(stream: Stream) -> None:
    broken: list[bytes | None] = [None, b"\xff\xfe", b"{}", b"[1]", b"", NAMES.encode(nth_event(1)) + b"x"]
    stream.produce([NAMES.encode(nth_event(0)), *broken, NAMES.encode(nth_event(2))])
    driver = stream.driver()
    driver.reach(stream.ends())
    [split] = [one for one in driver.receipts[0].splits if one.partition == 0]
    assert split.dead_letters is not None
    letters = pq.read_table(f"{stream.lake.local_root}/{split.dead_letters.key}").to_pylist()
    assert [letter["value"] for letter in letters] == broken
    assert [letter["kafka_offset"] for letter in letters] == [1, 2, 3, 4, 5, 6]
    assert letters[0]["key"] == b"key"
    assert letters[0]["headers"] == [{"name": "h", "value": b"\xff"}]
    assert driver.receipts[0].reasons == {
        "missing_field": 1,
        "not_an_object": 1,
        "not_json": 3,
        "null_value": 1,
    }
    assert [offset for _, offset, _ in rows(stream)] == [0, 7]


def test_each_date_has_an_object_of_its_own(new_stream: Callable[..., Stream]) -> None:
    stream = new_stream(partitions=1)
    days = [START.replace(day=day) for day in (20, 21, 20, 22)]
    stream.produce([NAMES.encode(nth_event(n, produced_at=day)) for n, day in enumerate(days)])
    driver = stream.driver()
    driver.reach(stream.ends())
    [split] = driver.receipts[0].splits
    assert [(entry.key.split("/")[1], entry.rows) for entry in split.data] == [
        ("date=2026-11-20", 2),
        ("date=2026-11-21", 1),
        ("date=2026-11-22", 1),
    ]
    assert len(rows(stream)) == 4


def test_objects_are_the_same_bytes_whoever_writes_them(stream: Stream, tmp_path: Path) -> None:
    stream.names(500)
    stream.driver(rows_per_object=100).reach(stream.ends())
    first = {p.name: p.read_bytes() for p in Path(stream.lake.local_root or "").rglob("*.parquet")}
    other = Stream(
        stream.kafka,
        stream.topic,
        type(stream.lake)(stream.lake.settings.model_copy(update={"url": str(tmp_path / "other")}), "names"),
    )
    other.driver(rows_per_object=100).reach(other.ends())
    assert {p.name: p.read_bytes() for p in Path(other.lake.local_root or "").rglob("*.parquet")} == first
    assert len(first) == 6
