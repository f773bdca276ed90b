"""Restarts: what is in the folder after a SIGKILL and a start from this or that state. Nothing here is timed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds

from waybill_bench.engines import local_command
from waybill_bench.flow.dataset import SELDOM_SECONDS, Dataset, await_moment
from waybill_bench.flow.endless import Endless
from waybill_bench.load import Load, fill
from waybill_bench.result import Run
from waybill_bench.sink.appearing import files_below
from waybill_bench.sink.flink_sql import FlinkJob, flink_command
from waybill_bench.sink.plan import FLINK, LOCAL
from waybill_bench.sink.program import run_program
from waybill_bench.world import World
from waybill_sandbox.process import Command

RECORDS = 500_000
_TOPIC = "bench_restarts"
_BETWEEN = 2
"""Checkpoints from the older one, behind which files are, to the newest before the kill."""
_COMMITS = 4
_SECONDS = 120.0
_QUIET_SECONDS = 3.0
_LONG_SECONDS = 45.0


@dataclass(frozen=True)
class Kept:
    """What a folder holds of the records that were sent. A row is a partition and an offset."""

    rows: int
    different: int

    @property
    def lost(self) -> int:
        return RECORDS - self.different

    def run(self, case: str, contender: str) -> Run:
        values = {
            "rows_doubled": float(self.rows - self.different),
            "rows_lost": float(self.lost),
        }
        return Run(bench="restarts", case=case, contender=contender, turn=1, values=values)


def restarts(world: World, quick: bool) -> Iterator[Run]:
    """Flink from what it may be restarted from; Waybill, which keeps nothing but its lake."""
    fill(world.bootstrap_servers, _TOPIC, Load(records=RECORDS))
    yield from _flink(world, world.room("restarts-flink"), quick)
    yield _waybill(world, world.room("restarts-waybill"))


def kept(folder: Path) -> Kept:
    """Counted by a reader that leaves out what readers leave out."""
    files = [str(path) for path in files_below(folder)]
    table = ds.dataset(files, format="parquet").to_table(columns=["kafka_partition", "kafka_offset"])
    names = ["kafka_partition", "kafka_offset"]
    different = pa.TableGroupBy(table, names).aggregate([]).num_rows
    return Kept(table.num_rows, different)


def _flink(world: World, room: Path, quick: bool) -> Iterator[Run]:
    """One run up to the kill, and each restart from a copy of what it left."""
    job = FlinkJob(_TOPIC, room / "lake", room, checkpoint_milliseconds=200)
    with Endless(flink_command(world, job), ends_well=False) as program:
        program.start()
        await_moment("a file", lambda: any(files_below(job.lake)), _SECONDS, every=SELDOM_SECONDS)
        older = len(_complete(job))
        await_moment(
            "a later checkpoint",
            lambda: len(_complete(job)) >= older + _BETWEEN,
            _SECONDS,
            every=SELDOM_SECONDS,
        )
        program.kill()
    shutil.copytree(job.lake, room / "left")
    checkpoints = _complete(job)
    ways = {
        "from no checkpoint, at its group's offsets": replace(job, start="group-offsets"),
        "from the newest checkpoint": replace(job, restore=checkpoints[-1]),
    }
    if not quick:
        ways |= {
            "from an older checkpoint": replace(job, restore=checkpoints[older - 1]),
            "from no checkpoint, at the earliest offsets": job,
        }
    for name, way in ways.items():
        shutil.rmtree(job.lake)
        shutil.copytree(room / "left", job.lake)
        with Endless(flink_command(world, way), ends_well=False) as program:
            left = sum(1 for _ in files_below(job.lake))
            program.start()
            await_moment(
                "a new file",
                lambda: sum(1 for _ in files_below(job.lake)) > left,  # noqa: B023  # called in this turn
                _SECONDS,
                every=SELDOM_SECONDS,
            )
            _await_quiet(job.lake)
            program.kill()
        yield kept(job.lake).run(f"SIGKILL, then {name}", FLINK)


def _await_quiet(lake: Path) -> None:
    """Until every record is there and no file has come for a while, or none for long: where it is restored, Flink 2.3
    does not end at the end of its topic.
    """
    files, since, began = -1, time.monotonic(), time.monotonic()
    while time.monotonic() - began < _SECONDS:
        count = sum(1 for _ in files_below(lake))
        if count != files:
            files, since = count, time.monotonic()
        quiet = time.monotonic() - since
        if quiet > _QUIET_SECONDS and (quiet > _LONG_SECONDS or not kept(lake).lost):
            return
        time.sleep(SELDOM_SECONDS)


def _complete(job: FlinkJob) -> list[Path]:
    """Finished checkpoints, the oldest first."""
    found = {int(path.parent.name[4:]): path.parent for path in job.state.glob("*/chk-*/_metadata")}
    return [found[number] for number in sorted(found)]


def _waybill(world: World, room: Path) -> Run:
    lake = room / "lake"
    lake.mkdir()
    settings = world.settings(_TOPIC, str(lake), delivery__max_offsets_per_trigger="50000")
    command = Command("waybill deliver", local_command(world), settings, room / "delivery.log", cwd=room)
    dataset = Dataset(lake / "names")
    with Endless(command, ends_well=False) as program:
        program.start()
        await_moment("a commit", lambda: len(dataset.receipts()) >= _COMMITS, _SECONDS)
        program.kill()
    run_program(command)
    return kept(lake / "names" / "data").run("SIGKILL, then with nothing but the lake", LOCAL)
