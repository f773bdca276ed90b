"""What a folder holds, and since when readers find it there."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from waybill_bench.flow.dataset import Dataset, Renamed, Rows
from waybill_bench.flow.restarts import RECORDS, Kept, kept
from waybill_common.ledger.keys import receipt_key

PRODUCED = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def store(path: Path, *offsets: int) -> None:
    rows = {
        "produced_at": pa.array([PRODUCED] * len(offsets), pa.timestamp("us", "UTC")),
        "kafka_partition": pa.array([0] * len(offsets), pa.int32()),
        "kafka_offset": pa.array(offsets, pa.int64()),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(rows), path)


def test_a_row_is_doubled_where_its_partition_and_offset_come_twice(tmp_path: Path) -> None:
    store(tmp_path / "date=2026-11-25" / "part-a-0-0", 0, 1, 2)
    store(tmp_path / "date=2026-11-25" / "part-b-0-0", 2, 3)
    store(tmp_path / "date=2026-11-25" / ".part-b-0-1.inprogress.x", 4)
    found = kept(tmp_path)
    assert found == Kept(rows=5, different=4)
    assert found.run("a case", "flink").values == {"rows_doubled": 1.0, "rows_lost": RECORDS - 4.0}


def test_waybills_rows_can_be_read_when_their_receipt_stands(tmp_path: Path) -> None:
    store(tmp_path / "data" / "a.parquet", 0, 1)
    store(tmp_path / "data" / "of-no-receipt.parquet", 2)
    receipt = tmp_path / receipt_key(1)
    receipt.parent.mkdir()
    receipt.write_text(json.dumps({"rows": 2, "dead": 0, "splits": [{"data": [{"key": "data/a.parquet"}]}]}))
    os.utime(receipt, (0, PRODUCED.timestamp() + 1.5))
    dataset = Dataset(tmp_path)
    assert dataset.delivered() == 2
    assert list(dataset.objects()) == [Rows(PRODUCED.timestamp() + 1.5, (PRODUCED.timestamp(),) * 2)]


def test_renamed_files_rows_can_be_read_when_they_have_their_name(tmp_path: Path) -> None:
    unnamed, named = tmp_path / ".part-0.inprogress.x", tmp_path / "part-0"
    store(unnamed, 0, 1)
    lake = Renamed(tmp_path)
    assert lake.delivered() == 0
    unnamed.rename(named)
    assert lake.delivered() == 2
    assert [(rows.appeared, len(rows.produced)) for rows in lake.objects()] == [(named.stat().st_ctime, 2)]
