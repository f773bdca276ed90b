"""Lakes that 0.1.0 began: its open commits are finished as it would, records that it hangs at included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import structlog
from integration.delivery.conftest import Stream
from integration.delivery.old import open_old
from kafka_wire import Wire, WireRecord
from names_columns import OLD_ROWS, ROWS
from sample_events import nth_event

from waybill_common.contract.arrow import DEAD_LETTERS, OLD_DEAD_LETTERS
from waybill_common.ledger.receipt import Receipt1
from waybill_streams.names import NAMES

FAR = 1_795_917_241_691_000
"""Microseconds, taken for milliseconds: the year 58880."""

NANOSECONDS = FAR * 1000
NAMED = ((b"trace\xff\xfe", b"1"), (b"a\x00b", None), ("é".encode(), b""))
GOOD = NAMES.encode(nth_event(1))


def tables(stream: Stream, folder: str, number: int) -> list[pa.Table]:
    """The objects of one commit, each as it stands."""
    root = Path(stream.lake.local_root or "")
    receipt = json.loads((root / f"_waybill/{number:020d}.receipt.json").read_bytes())
    entries: list[dict[str, Any]] = [
        entry for split in receipt["splits"] for entry in [*split["data"], split["dead_letters"]] if entry
    ]
    return [
        pq.read_table(root / entry["key"], partitioning=None)
        for entry in entries
        if entry["key"].startswith(folder)
    ]


def test_a_stuck_commit_is_finished_in_its_own_format_and_the_next_is_format_3(stream: Stream) -> None:
    stream.configure("message.timestamp.after.max.ms", str(2**63 - 1))
    records = [
        WireRecord(GOOD, timestamp=FAR),
        WireRecord(GOOD, timestamp=-1),
        WireRecord(GOOD, timestamp=NANOSECONDS),
        WireRecord(b"{", b"key", NAMED, timestamp=1),
        WireRecord(GOOD, None, NAMED, timestamp=1),
        WireRecord(b"{", timestamp=2**63 - 1),
    ]
    with Wire(stream.kafka.bootstrap_servers) as wire:
        wire.produce(stream.topic, records)
    first = stream.driver()
    open_old(first, stream.ends())
    with Wire(stream.kafka.bootstrap_servers) as wire:
        wire.produce(stream.topic, records)
    driver = stream.driver()
    with structlog.testing.capture_logs() as logs:
        driver.recover()
    assert [line["event"] for line in logs] == ["format_goes_over", "commit"]
    driver.reach(stream.ends())
    old, new = driver.receipts
    assert isinstance(old, Receipt1)
    assert (old.format, new.format) == (1, 3)
    assert old.reasons == {"bad_value": 1, "not_json": 2}
    assert new.reasons == {"bad_timestamp": 3, "not_json": 1}

    [rows] = tables(stream, "data", 1)
    assert rows.schema == OLD_ROWS
    assert rows["kafka_offset"].to_pylist() == [0, 1, 4]
    assert rows["kafka_timestamp"].cast(pa.int64()).to_pylist() == [FAR * 1000, -1000, 1000]
    [letters] = tables(stream, "dead", 1)
    assert letters.schema == DEAD_LETTERS
    assert letters["kafka_timestamp_ms"].to_pylist() == [NANOSECONDS, None, 2**63 - 1]
    assert letters["header_names"].to_pylist() == [None, [header for header, _ in NAMED], None]

    assert [one["name"] for one in letters["headers"].to_pylist()[1]] == ["trace\ufffd\ufffd", "a", "é"]

    [rows] = tables(stream, "data", 2)
    assert rows.schema == ROWS
    assert rows["kafka_offset"].to_pylist() == [7, 10]
    assert rows["kafka_timestamp"].cast(pa.int64()).to_pylist() == [None, 1000]
    [letters] = tables(stream, "dead", 2)
    assert letters["kafka_timestamp_ms"].to_pylist() == [FAR, NANOSECONDS, None, 2**63 - 1]
    assert letters["header_names"].to_pylist()[2] == [header for header, _ in NAMED]
    shown = [("trace\ufffd\ufffd", b"1"), ("a\0b", None), ("é", b"")]
    assert [(one["name"], one["value"]) for one in letters["headers"].to_pylist()[2]] == shown


def test_dead_letters_that_0_1_0_could_store_have_its_columns_and_bytes(stream: Stream) -> None:
    """Objects of an old commit are those of 0.1.0, so that both releases may carry it."""
    stream.produce([b"{", GOOD, b"[]"])
    first = stream.driver()
    open_old(first, stream.ends())
    first.reach(stream.ends())
    [letters] = tables(stream, "dead", 1)
    assert letters.schema == OLD_DEAD_LETTERS
    assert sorted(first.receipts[0].model_dump()) == sorted(Receipt1.model_fields)
