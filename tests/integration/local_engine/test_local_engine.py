"""``waybill deliver`` on a real Kafka: what is there arrives once, whatever becomes of workers and driver."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from integration.delivery.conftest import Stream
from integration.delivery.conftest import kafka_settings as kafka_settings
from integration.delivery.conftest import new_stream as new_stream
from integration.delivery.conftest import stream as stream
from integration.delivery.test_deliver import rows
from integration.delivery.test_refusals import expire
from processes import descendants, runs
from waiting import wait_until

from waybill_common.errors import BackfillRefused, TooManyDead
from waybill_common.lake import Lake, open_lake
from waybill_common.ledger import Open, Situation, next_step
from waybill_common.settings import LakeSettings, LogSettings
from waybill_delivery.splits import CarriedSplit, TaskContext
from waybill_local.workers import Workers


def command(stream: Stream, *flags: str, verb: str = "deliver") -> list[str]:
    return [
        *(sys.executable, "-m", "waybill_ops", verb),
        f"--lake.url={stream.lake.settings.url}",
        f"--kafka.bootstrap-servers={stream.kafka.bootstrap_servers}",
        f"--stream.topic={stream.topic}",
        "--kafka.timeout=15",
        *flags,
    ]


def environment() -> dict[str, str]:
    """Without Java on the PATH: nothing here needs one."""
    return {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": "/nowhere", "HOME": "/nowhere"}


def deliver(stream: Stream, *flags: str, verb: str = "deliver") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(stream, *flags, verb=verb),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def delivering(stream: Stream, log: Path, *flags: str) -> Iterator[subprocess.Popen[str]]:
    with (
        log.open("w") as written,
        subprocess.Popen(
            command(stream, *flags), env=environment(), stdout=subprocess.PIPE, stderr=written, text=True
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def test_what_is_there_is_delivered_by_several_workers_and_the_run_ends(stream: Stream) -> None:
    stream.names(30)
    stream.names(20, first=30, partition=1)
    stream.produce([b"no event"])
    done = deliver(stream, "--delivery.rows-per-object=8", "--delivery.workers=3")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["commits"], said["rows"], said["dead"], said["lost"]) == ([1], 50, 1, 0)
    [why] = said["commonest_reasons"]
    assert (why["reason"], why["count"], why["example"]["topic"]) == ("not_json", 1, stream.topic)
    [told] = [json.loads(line) for line in done.stderr.splitlines() if '"event": "dead_letters"' in line]
    assert told["example"] == f"{stream.topic} 0:{why['example']['offset']}"
    assert sorted({offset for _, offset, _ in rows(stream)}) == list(range(30))
    assert stream.driver().position.frontier == stream.ends()


def test_a_topic_of_dead_letters_ends_every_run_until_they_are_accepted(stream: Stream) -> None:
    stream.produce([b"no event"] * 1000)
    for _ in range(2):
        done = deliver(stream)
        assert done.returncode == TooManyDead.exit_code, done.stderr
        assert f"1000 are dead letters: 1000 not_json, such as {stream.topic} 0:0." in done.stderr
    done = deliver(stream, "--accept-dead")
    assert (done.returncode, json.loads(done.stdout)["commits"]) == (0, [2]), done.stderr
    stream.names(3)
    done = deliver(stream)
    assert (done.returncode, json.loads(done.stdout)["rows"]) == (0, 3), done.stderr


def test_a_commit_is_no_longer_than_the_settings_allow_and_partitions_share_it(stream: Stream) -> None:
    stream.names(30)
    stream.names(10, partition=1)
    done = deliver(stream, "--delivery.max-offsets-per-trigger=20", "--delivery.workers=1")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["commits"]) == 3
    assert stream.driver().position.frontier == stream.ends()


def test_it_goes_on_with_a_trigger_until_it_is_asked_to_end(stream: Stream, tmp_path: Path) -> None:
    with delivering(stream, tmp_path / "log", "--delivery.trigger=200 milliseconds") as process:
        for count in (3, 4):
            stream.names(count)
            wait_until(
                lambda: stream.driver().position.frontier == stream.ends(),
                (tmp_path / "log").read_text,
                process=process,
            )
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert json.loads(out)["rows"] == 7


def test_a_backfill_delivers_its_range_once_and_finds_it_done_the_second_time(stream: Stream) -> None:
    stream.names(20)
    stream.names(10, partition=1)
    asked = ("--engine=local", "--from=0:5,1:2", "--to=0:15,1:7")
    for commits in ([1], []):
        done = deliver(stream, *asked, verb="backfill")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["commits"] == commits
    assert [(p, o) for p, o, _ in rows(stream)] == [(0, o) for o in range(5, 15)] + [
        (1, o) for o in range(2, 7)
    ]
    other = deliver(stream, "--engine=local", "--from=0:0,1:0", "--to=0:15,1:7", verb="backfill")
    assert other.returncode == BackfillRefused.exit_code


def test_workers_end_with_a_driver_that_is_killed(stream: Stream, tmp_path: Path) -> None:
    stream.names(10)
    with delivering(stream, tmp_path / "log", "--delivery.trigger=1 seconds") as process:
        wait_until(lambda: stream.driver().position.number == 1, (tmp_path / "log").read_text)
        family = [pid for pid, _ in descendants(process.pid)]
        assert len(family) > 1  # the server that forks, and a worker
        process.kill()
        process.wait(10)
    wait_until(lambda: not any(map(runs, family)), "a worker lives on")


def test_a_split_whose_worker_is_killed_is_carried_by_another(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream.names(40)
    with Workers(1, LogSettings()) as workers:
        driver = stream.driver(rows_per_object=10)
        killed: list[int] = []

        def carry(manifest, contract):  # type: ignore[no-untyped-def]
            if not killed:
                worker = workers._free[0].worker
                victim = worker.process.pid if worker else None
                assert victim is not None
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)
            context = TaskContext(manifest, contract, stream.kafka, stream.lake, accept_loss=False)
            return [one.report for one in workers.carry(context) if isinstance(one, CarriedSplit)]

        driver.carry = carry
        driver.reach(stream.ends())
    assert killed
    assert [offset for _, offset, _ in rows(stream)] == list(range(40))


def test_splits_of_many_partitions_have_the_same_objects_whether_they_go_together_or_not(
    new_stream: Callable[..., Stream], tmp_path: Path
) -> None:
    """Two commits of one worker; the first one's records are known in the second."""
    stream = new_stream(partitions=12)
    for n in range(2):
        for partition in range(1, 12):
            stream.names(partition + n, partition=partition)
        stream.produce([b"no event", None], partition=3)
        stream.driver().reach(stream.ends())
        other = Stream(stream.kafka, stream.topic, at(tmp_path / "other"), stream.partitions)
        done = deliver(other, "--delivery.workers=1")
        assert done.returncode == 0, done.stderr
        assert digests(tmp_path / "lake") == digests(tmp_path / "other") != {}
    assert (told := receipt(tmp_path / "lake"))["splits"] == receipt(tmp_path / "other")["splits"]
    assert told["dead"] == 2


@pytest.mark.parametrize("taken", [0, 5], ids=["whole", "lost range"])
def test_a_manifest_has_the_same_objects_byte_for_byte_whoever_carries_it(
    taken: int, stream: Stream, tmp_path: Path
) -> None:
    """Rows, dead letters and splits without a record. The driver of this process carries splits one after the other, as
    a task of Spark's does.
    """
    stream.names(30)
    stream.produce([b"no event", b"[]", None], partition=1)
    stream.produce([b"aborted"] * 20, partition=1, commit=False)
    first = stream.driver(rows_per_object=8)
    step = next_step(Situation(first.position, first.topic(), stream.ends(), {0: 0, 1: 0}), first.plan)
    assert isinstance(step, Open)
    first.journal.store_document(first.plan.contract.document)
    first.journal.open(first.position, step.manifest)
    shutil.copytree(tmp_path / "lake", tmp_path / "other")
    if taken:
        expire(stream, taken)
    stream.driver(accept_loss=taken > 0).recover()
    other = Stream(stream.kafka, stream.topic, at(tmp_path / "other"), stream.partitions)
    accepts = f"--delivery.accept-loss={'true' if taken else 'false'}"
    done = deliver(other, "--delivery.workers=2", accepts)
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "lake") == digests(tmp_path / "other") != {}
    told = receipt(tmp_path / "lake")
    assert told == receipt(tmp_path / "other")
    assert (told["rows"], told["dead"], told["lost"]) == (30 - taken, 3, taken)
    assert told["empty"] > 8


def at(folder: Path) -> Lake:
    return open_lake(LakeSettings(url=str(folder), attempts=3), "names")


def digests(lake: Path) -> dict[str, str]:
    """Of all objects; receipts name their writer, so they differ."""
    return {
        str(path.relative_to(lake)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in lake.rglob("*.parquet")
    }


def receipt(lake: Path) -> dict[str, Any]:
    """The first commit's, without what its writer says of itself."""
    [path] = lake.rglob("*1.receipt.json")
    told: dict[str, Any] = json.loads(path.read_bytes())
    return {name: value for name, value in told.items() if name not in ("writer", "release")}
