"""``waybill lag`` and ``waybill report`` beside real deliveries on a real Kafka."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from integration.delivery.conftest import Stream

from waybill_ops.cli import main

Ask = Callable[..., tuple[int, Any, str]]
WEEK_MS = 604_800_000


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command line points the logs at the stderr of its test, which is closed afterwards."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def ask(stream: Stream, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a verb with ``--json``: its exit code, its answer, and what it said on stderr."""
    Path(stream.lake.settings.url).mkdir()

    def run(verb: str, *flags: str) -> tuple[int, Any, str]:
        where = [f"--lake.url={stream.lake.settings.url}", f"--stream.topic={stream.topic}"]
        if verb == "lag":
            where += [f"--kafka.bootstrap-servers={stream.kafka.bootstrap_servers}", "--kafka.timeout=15"]
        capsys.readouterr()  # what the delivery logged
        code = main([verb, "--json", *where, *flags])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else None, said.err

    return run


def partition(told: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] = told["partitions"][number]
    return found


def test_lag_grows_with_what_is_published_and_ends_with_its_delivery(stream: Stream, ask: Ask) -> None:
    before = time.time()
    stream.names(30, partition=0)
    stream.produce([b"never seen"] * 5, 1, commit=False)
    ends = stream.ends()
    code, told, _ = ask("lag", "--max-behind=1000", "--max-retention-used=0.5")
    assert code == 0
    assert (told["newest_commit"], told["behind"]) == (0, sum(ends.values()))
    one = partition(told, 0)
    assert (one["frontier"], one["log_end"], one["behind"]) == (0, ends[0], ends[0])
    assert 0 <= one["oldest_age"] <= time.time() - before + 1
    assert one["retention_used"] == pytest.approx(one["oldest_age"] * 1000 / WEEK_MS, abs=1e-6)
    # An aborted transaction takes offsets and holds no record.
    assert (partition(told, 1)["behind"], partition(told, 1)["oldest_age"]) == (ends[1], None)

    stream.driver().reach(ends)
    code, told, _ = ask("lag", "--max-behind=0", "--max-retention-used=0")
    assert (code, told["newest_commit"], told["behind"]) == (0, 1, 0)
    assert partition(told, 0)["room"] == ends[0]


def test_beyond_the_bounds_it_fails_with_the_numbers(stream: Stream, ask: Ask) -> None:
    stream.names(30)
    behind = sum(stream.ends().values())
    code, told, said = ask("lag", "--max-behind=30")
    assert (code, told["behind"]) == (41, behind)
    assert "31 offsets are not delivered, the bound is 30" in said


def test_what_retention_has_taken_is_lost_and_named(stream: Stream, ask: Ask) -> None:
    stream.names(30)
    stream.ends()
    where = TopicPartition(stream.topic, 0, 10)
    admin = AdminClient({"bootstrap.servers": stream.kafka.bootstrap_servers})
    admin.delete_records([where])[where].result(15)
    code, told, said = ask("lag")
    assert (code, partition(told, 0)["room"], partition(told, 0)["behind"]) == (33, -10, 21)
    assert "partition 0: 0 to 9 (10 offsets)" in said


def test_the_report_has_the_objects_and_rows_of_real_receipts(stream: Stream, ask: Ask) -> None:
    stream.names(30, partition=0)
    stream.driver(rows_per_object=16).reach(stream.ends())
    stream.produce([b"{broken"], 1)
    stream.names(4, first=100, partition=1)
    stream.driver().reach(stream.ends())
    code, told, _ = ask("report", "--after=0", "--objects", "--by=country")
    assert (code, told["first_commit"], told["last_commit"]) == (0, 1, 2)
    assert (told["rows"], told["dead_letters"], told["objects"]) == (34, 1, 4)
    assert told["by"]["rows"] == {"Iran": 34}
    assert all(stream.lake.get(one["key"]) for one in told["stored"])
    assert ask("report", "--after=2")[1]["commits"] == 0
