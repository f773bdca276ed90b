from __future__ import annotations

import json
from pathlib import Path

import pytest

from waybill_bench.sink.iceberg import can_hold, create_table, full_commits, snapshots
from waybill_bench.sink.job import Stored
from waybill_bench.sink.spark_delta import table
from waybill_bench.sink.steady import Mark
from waybill_bench.sink.stock import progress, properties, tuning
from waybill_bench.sink.waybill import commits
from waybill_streams.packaged import STREAMS


def test_waybills_commits_are_found_among_sparks_own_lines() -> None:
    log = [
        "25/11/26 09:00:00 WARN something of Spark's",
        "{ not JSON",
        '{"event": "split", "rows": 5, "timestamp": "2026-11-25T09:00:01.000000Z"}',
        '{"rows": 90, "dead": 10, "event": "commit", "level": "info", "timestamp": "2026-11-25T09:00:02.500000Z"}',
    ]
    assert list(commits(log)) == [Mark(1_795_597_202.5, 100)]


def test_a_micro_batch_ends_its_duration_after_its_trigger() -> None:
    ran = {
        "timestamp": "2026-11-25T09:00:02.500Z",
        "numInputRows": 250,
        "durationMs": {"triggerExecution": 1500},
    }
    idle = {**ran, "numInputRows": 0}
    output = "\n".join(["a line of somebody else's", json.dumps(ran), json.dumps(idle)])
    assert progress(output) == (Mark(1_795_597_204.0, 250),)


def test_deltas_log_is_added_up() -> None:
    add = {"path": "date=2026-11-25/a.parquet", "size": 10, "stats": json.dumps({"numRecords": 3})}
    first = json.dumps({"commitInfo": {}}) + "\n" + json.dumps({"add": add})
    assert table([first, json.dumps({"add": add})]) == Stored(6, 2, 20)


def test_icebergs_last_commit_is_not_a_full_one(tmp_path: Path) -> None:
    create_table(tmp_path, STREAMS["names"].current)
    assert snapshots(tmp_path) == ()
    made = [
        {
            "timestamp-ms": 1000 * number,
            "summary": {
                "added-records": "5",
                "total-records": str(5 * number),
                "total-data-files": str(2 * number),
                "total-files-size": str(100 * number),
            },
        }
        for number in (1, 2, 3)
    ]
    # By number, not by name: version 10 comes behind version 9.
    for version in (9, 10):
        path = tmp_path / "metadata" / f"v{version}.metadata.json"
        path.write_text(json.dumps({"snapshots": made[: version - 7]}))
    found = snapshots(tmp_path)
    assert (found[-1].total_records, found[-1].total_files, found[-1].total_bytes) == (15, 6, 300)
    assert full_commits(found) == (Mark(1.0, 5), Mark(2.0, 5))


@pytest.mark.parametrize(
    ("folder", "whole"),
    [
        (Stored(750, 8, 19), True),
        (Stored(770, 9, 20), True),
        (Stored(749, 8, 19), False),
        (Stored(770, 7, 20), False),
        (Stored(750, 8, 18), False),
    ],
    ids=["the same", "a file beside them", "rows missing", "a file missing", "bytes missing"],
)
def test_files_beside_a_table_are_none_of_it_and_none_of_it_may_be_missing(
    folder: Stored, whole: bool
) -> None:
    assert can_hold(folder, Stored(750, 8, 19)) is whole


def test_icebergs_table_has_the_contracts_columns(tmp_path: Path) -> None:
    contract = STREAMS["names"].current
    create_table(tmp_path, contract)
    metadata = json.loads((tmp_path / "metadata" / "v1.metadata.json").read_text())
    (schema,) = metadata["schemas"]
    assert [field["name"] for field in schema["fields"]] == [column.name for column in contract.columns]
    assert [field["name"] for field in schema["fields"] if not field["required"]] == ["state", "postcode"]
    assert {field["type"] for field in schema["fields"]} == {"string", "double", "timestamptz"}


def test_comments_and_blank_lines_are_no_properties() -> None:
    assert properties("# a comment\n\nspark.a   b c # and why\n") == {"spark.a": "b c"}


@pytest.mark.parametrize("name", ["spark.conf", "delta.conf", "s3a.conf"])
def test_every_line_of_a_contenders_tuning_is_a_property_of_sparks(name: str) -> None:
    found = tuning(name)
    assert found
    assert all(key.startswith("spark.") for key in found)
