"""Backfills on real Kafka: a stretch of the topic in a lake of its own, and never in another one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from integration.dead_letters.conftest import Desk, malformed
from integration.delivery.test_deliver import rows
from integration.delivery.test_refusals import expire
from jsonschema import Draft202012Validator
from sample_events import nth_event

from waybill_common.errors import BackfillRefused, DataLoss
from waybill_common.kafka import topic_state
from waybill_common.ledger import OffsetRange, SplitReport
from waybill_delivery.backfilling import Backfill, deliver_range, find_range
from waybill_streams.names import NAMES

ROOT = Path(__file__).parents[3]
STRETCH = OffsetRange({0: 4, 1: 1}, {0: 9, 1: 3})


class Stopped(BaseException):
    """Stands in for a kill: nothing of the driver runs on."""


def killed(*_: object) -> list[SplitReport]:
    raise Stopped


def fill(desk: Desk) -> None:
    desk.stream.produce([NAMES.encode(nth_event(n)) for n in range(10)], 0)
    desk.stream.produce([malformed(100), malformed(101), NAMES.encode(nth_event(102))], 1)


def audited(desk: Desk, *flags: str) -> tuple[int, dict[str, Any]]:
    code = desk.code("verify", "--json", *flags)
    return code, json.loads(desk.capsys.readouterr().out)


def test_a_backfilled_dataset_holds_its_stretch_once_and_is_well(desk: Desk) -> None:
    fill(desk)
    driver = desk.stream.driver(rows_per_object=2)
    deliver_range(driver, STRETCH)
    assert [(p, o) for p, o, _ in rows(desk.stream)] == [(0, o) for o in range(4, 9)] + [(1, 2)]
    code, report = audited(desk)
    assert (code, report["findings"]) == (0, [])
    assert (report["origin"], report["frontier"]) == ({"0": 4, "1": 1}, {"0": 9, "1": 3})
    assert (report["counts"]["rows"], report["counts"]["dead_letters"]) == (6, 1)
    assert report["in_flight"]["offsets"] == {"0": 2, "1": 1}
    manifest = next(Path(desk.stream.lake.local_root or "").glob("_waybill/*1.manifest.json"))
    schema = json.loads((ROOT / "docs/schemas/manifest.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads(manifest.read_bytes()))


def test_a_backfilled_dataset_goes_on_where_its_stretch_ends(desk: Desk) -> None:
    fill(desk)
    deliver_range(desk.stream.driver(), STRETCH)
    desk.deliver()
    code, report = audited(desk, "--complete")
    assert (code, report["counts"]["commits"], report["counts"]["rows"]) == (0, 2, 7)
    example = subprocess.run(
        [sys.executable, ROOT / "examples/audit.py", desk.stream.lake.local_root or "",
         desk.stream.kafka.bootstrap_servers, desk.stream.topic, "--complete"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    said = "the dataset begins at 0:4, 1:1: what lies before that is not compared\n"
    assert (example.returncode, example.stderr) == (0, said)


def test_a_killed_backfill_is_finished_and_a_finished_one_is_left_alone(desk: Desk) -> None:
    fill(desk)
    driver = desk.stream.driver()
    driver.carry = killed
    with pytest.raises(Stopped):
        deliver_range(driver, STRETCH)
    again, after = desk.stream.driver(), desk.stream.driver()
    deliver_range(again, STRETCH)
    assert [receipt.number for receipt in again.receipts] == [1]
    after = desk.stream.driver()
    deliver_range(after, STRETCH)
    assert after.receipts == []
    assert audited(desk)[0] == 0


def test_a_dataset_that_may_have_the_offsets_refuses_them(new_desk: Callable[[str], Desk]) -> None:
    delivered, opened = new_desk("delivered"), new_desk("opened")
    fill(delivered)
    delivered.deliver()
    driver = opened.stream.driver()
    driver.carry = killed
    with pytest.raises(Stopped):
        driver.reach(opened.stream.ends())
    for desk in (delivered, opened):
        before = sorted(Path(desk.stream.lake.local_root or "").rglob("*.json"))
        with pytest.raises(BackfillRefused, match="already holds a dataset"):
            deliver_range(desk.stream.driver(), STRETCH)
        assert sorted(Path(desk.stream.lake.local_root or "").rglob("*.json")) == before


def test_a_stretch_that_retention_has_taken_from_is_a_loss(desk: Desk) -> None:
    fill(desk)
    expire(desk.stream, 6)
    with pytest.raises(DataLoss, match="partition 0: 4 to 5"):
        deliver_range(desk.stream.driver(), STRETCH)
    deliver_range(desk.stream.driver(accept_loss=True), STRETCH)
    code, report = audited(desk)
    assert (code, report["counts"]["lost"], report["counts"]["rows"]) == (0, 2, 4)


def test_times_mean_the_first_records_of_that_time_or_later(desk: Desk) -> None:
    fill(desk)
    stream = desk.stream
    past, future = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    ends = stream.ends()

    def found(begin: datetime, end: datetime) -> OffsetRange:
        return find_range(stream.kafka, topic_state(stream.kafka, stream.topic), Backfill(begin, end))

    assert found(past, future) == OffsetRange({0: 0, 1: 0}, ends)
    with pytest.raises(BackfillRefused, match="no offset"):
        found(past, past)
    with pytest.raises(BackfillRefused, match="one is a time"):
        find_range(stream.kafka, topic_state(stream.kafka, stream.topic), Backfill({0: 0}, future))
    expire(stream, 6)
    with pytest.raises(BackfillRefused, match="partition 0 begins at 6 now"):
        found(past, future)


def test_the_spark_application_delivers_a_backfill(desk: Desk, spark_home: Path) -> None:
    fill(desk)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, ROOT / "src/python/spark_app/launcher.py", *words, *desk.flags],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(spark_home.parent), *sys.path]),
                 "SPARK_HOME": str(spark_home),
                 "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1",
                 "PYSPARK_SUBMIT_ARGS": "--master local[1] --conf spark.ui.enabled=false pyspark-shell"},
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    edges = ("--backfill-from=0:4,1:1", "--backfill-to=0:9,1:3")
    done = run(*edges)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert (summary["commits"], summary["rows"], summary["dead"]) == ([1], 6, 1)
    assert audited(desk)[0] == 0
    refused = run("--backfill-from=0:0", "--backfill-to=0:9")
    assert refused.returncode == 60, refused.stderr
