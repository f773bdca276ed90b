"""Whatever is done to a lake, verify and the example auditor find it and name it."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition
from integration.audit.cases import CASES, Case
from integration.audit.conftest import Delivered
from integration.audit.forger import Forger

from waybill_ops.cli import main

EXAMPLE = Path(__file__).parents[3] / "examples" / "audit.py"
AuditFunction = Callable[[Path, str, str], Iterable[str]]


@pytest.fixture(scope="session")
def audit_of_the_example() -> AuditFunction:
    """What its command line runs: to start it anew for each case would take longer than the audits."""
    found: AuditFunction = runpy.run_path(str(EXAMPLE))["audit"]
    return found


def verify(lake: Delivered, capsys: pytest.CaptureFixture[str], *flags: str) -> tuple[int, dict[str, Any]]:
    code = main(
        [
            "verify",
            "--json",
            f"--lake.url={lake.folder}",
            f"--kafka.bootstrap-servers={lake.brokers}",
            f"--stream.topic={lake.topic}",
            "--kafka.timeout=15",
            *flags,
        ]
    )
    return code, json.loads(capsys.readouterr().out)


def example(lake: Delivered, *flags: str) -> tuple[int, str]:
    command = [sys.executable, str(EXAMPLE), str(lake.stream), lake.brokers, lake.topic, *flags]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_tampering_is_found_and_named(
    case: Case, lake: Delivered, capsys: pytest.CaptureFixture[str]
) -> None:
    culprit = case.tamper(Forger(lake.stream))
    code, report = verify(lake, capsys)
    findings = [one for one in report["findings"] if one["code"] == case.code]
    if case.code is None:
        assert (code, report["verdict"], report["findings"]) == (0, "ok", [])
    else:
        assert (code, report["verdict"]) == (40, "failed")
        assert any(culprit in f"{one['where']} {one['detail']}" for one in findings), report["findings"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_example_agrees(case: Case, lake: Delivered, audit_of_the_example: AuditFunction) -> None:
    culprit = case.tamper(Forger(lake.stream))
    said = list(audit_of_the_example(lake.stream, lake.brokers, lake.topic))
    assert bool(said) == (case.code is not None), said
    assert culprit in "\n".join(said)


class MovingLeader:
    """Its first answers are what a broker says that leads no more."""

    def __init__(self, refusals: int) -> None:
        self.left = refusals

    def get_watermark_offsets(self, _here: TopicPartition, **_more: Any) -> tuple[int, int]:
        self.left -= 1
        if self.left >= 0:
            raise KafkaException(KafkaError(KafkaError.NOT_LEADER_FOR_PARTITION))
        return 7, 9


def test_the_example_asks_anew_while_a_leader_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    log_start = runpy.run_path(str(EXAMPLE))["log_start"]
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    assert log_start(MovingLeader(4), TopicPartition("t", 0)) == 7
    with pytest.raises(SystemExit, match="partition 0 has no log start"):
        log_start(MovingLeader(5), TopicPartition("t", 0))


def test_a_record_behind_the_frontier_is_in_flight(
    lake: Delivered, capsys: pytest.CaptureFixture[str]
) -> None:
    code, report = verify(lake, capsys)
    assert code == 0
    assert report["in_flight"] == {"offsets": {"0": 2}, "objects": 0}
    assert example(lake)[0] == 0


def test_the_example_knows_a_commit_in_flight(lake: Delivered) -> None:
    Forger(lake.stream).entry(3, "receipt").unlink()
    (lake.stream / "_waybill/latest.json").unlink()
    assert example(lake) == (0, "")
    code, output = example(lake, "--complete")
    assert (code, output.count("no object")) == (1, 5)


def test_with_complete_it_is_missing(lake: Delivered, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = verify(lake, capsys, "--complete")
    assert code == 40
    assert [one["code"] for one in report["findings"]] == ["missing"]
    assert lake.in_flight in report["findings"][0]["detail"]
    assert f"partition 0 offset {report['frontier']['0']}" == report["findings"][0]["where"]
    code, output = example(lake, "--complete")
    assert (code, report["findings"][0]["where"] in output) == (1, True)


def test_the_report_counts_what_it_saw(lake: Delivered, capsys: pytest.CaptureFixture[str]) -> None:
    _, report = verify(lake, capsys)
    assert report["counts"]["commits"] == 3
    assert report["counts"]["rows"] == 38
    assert report["counts"]["dead_letters"] == 3
    assert report["counts"]["records"] == 41
    assert report["counts"]["objects"] == len(Forger(lake.stream).data()) + len(Forger(lake.stream).dead())
    assert report["judged_by_receipts"] == {}
