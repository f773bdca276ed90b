"""Flink is told where to begin, where to end and how often to commit, and nothing is left open in its statements."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from waybill_bench.sink.flink_sql import FlinkJob
from waybill_streams.packaged import STREAMS

JOB = FlinkJob("a-topic", Path("/lake"), Path("/room"), checkpoint_milliseconds=200)
BOUND = "'scan.bounded.mode' = 'latest-offset'"
RESTORE = "SET 'execution.state-recovery.path' = 'file:///room/checkpoints/1/chk-3';"


@pytest.mark.parametrize(
    ("job", "has", "lacks"),
    [
        (JOB, [BOUND, "'earliest-offset'", "'200 ms'"], ["state-recovery"]),
        (replace(JOB, endless=True), ["'properties.fetch.min.bytes' = '1'"], [BOUND]),
        (replace(JOB, start="group-offsets"), ["'scan.startup.mode' = 'group-offsets'"], []),
        (replace(JOB, restore=Path("/room/checkpoints/1/chk-3")), [RESTORE], []),
    ],
    ids=["to the topic's end", "for ever", "at its group's offsets", "from a checkpoint"],
)
def test_a_job_is_what_its_statements_say(job: FlinkJob, has: list[str], lacks: list[str]) -> None:
    text = job.statements("127.0.0.1:9")
    assert "@" not in text
    assert all(one in text for one in [*has, "'a-topic'", "'127.0.0.1:9'", "'file:///lake'"])
    assert not any(one in text for one in lacks)


def test_both_tables_have_the_contracts_columns() -> None:
    text = JOB.statements("127.0.0.1:9")
    for column in STREAMS["names"].current.columns:
        assert text.count(f" {column.name} ") == 2, column.name
