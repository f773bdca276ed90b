"""For any document and records: each record is where the judge and the manifest's window say, once, and counted."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from unit.contract.messages import message
from unit.contracts.alike import AlikeMaker
from unit.contracts.avro_generated import AvroMaker
from unit.contracts.generated import Maker
from unit.delivery.datasets import Delivered
from unit.delivery.orders import bound

from waybill_common.contract import BoundContract
from waybill_common.ledger.receipt import Receipt3
from waybill_contracts.document import parse_document
from waybill_contracts.judging import DeadRecord, FolderWindow, JudgedRow, KafkaInput, RecordJudge, folder_of

EPOCH = date(1970, 1, 1).toordinal()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    kind=st.sampled_from((AlikeMaker, Maker, AvroMaker)),
    day=st.integers(20_000, 20_500),
    spools=st.booleans(),
)
def test_each_record_is_where_the_judge_says_and_counted(
    seed: int, kind: type[Maker], day: int, *, spools: bool
) -> None:
    maker = kind(seed)
    tree = maker.document()
    around = [maker.around() | {"headers": ()} for _ in range(20)]
    records = {2 * at: KafkaInput(maker.record(tree), **more) for at, more in enumerate(around)}
    with tempfile.TemporaryDirectory() as folder:
        dataset = Delivered(Path(folder), day=day, spools=spools)
        dataset.records = [message(at, one.timestamp, one.value, one.key) for at, one in records.items()]
        check(bound(tree), records, dataset.run(bound(tree), wanted=30), dataset)


def check(
    contract: BoundContract, records: Mapping[int, KafkaInput], receipt: Receipt3, dataset: Delivered
) -> None:
    document = parse_document(contract.document)
    judge, window = RecordJudge(document), _window(receipt)
    rows, dead, skipped, tombstones = {}, {}, 0, 0
    for offset, record in records.items():
        match judge.judge(record):
            case JudgedRow() as row:
                rows[offset] = folder_of(document, row, window)
                tombstones += row.is_tombstone
            case DeadRecord() as letter:
                dead[offset] = letter.reason
            case _:
                skipped += 1
    stored = {
        row["kafka_offset"]: key.removeprefix("data/").rpartition("/")[0]
        for key in dataset.objects()
        if key.startswith("data/")
        for row in dataset.rows(key)
    }
    assert stored == rows
    assert {offset: reason for offset, reason, _ in dataset.dead()} == dead
    empty = max(records) + 1 - len(records)
    assert (receipt.rows, receipt.dead, receipt.skipped) == (len(rows), len(dead), skipped)
    assert (receipt.tombstones, receipt.empty, receipt.lost) == (tombstones, empty, 0)
    [split] = receipt.splits
    assert split.raw_bytes == sum(len(one.value or b"") + len(one.key or b"") for one in records.values())
    assert {one.key.removeprefix("data/").rpartition("/")[0] for one in split.data} == {*rows.values()}


def _window(receipt: Receipt3) -> FolderWindow:
    if receipt.layout.window is None:
        return FolderWindow()
    first, last = (date.fromisoformat(one).toordinal() - EPOCH for one in receipt.layout.window)
    return FolderWindow(first, last)
