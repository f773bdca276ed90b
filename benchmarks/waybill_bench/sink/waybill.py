"""Contender: Waybill, as its documentation says to run it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from waybill_bench.sink.job import Job, Outcome
from waybill_bench.sink.lake import stored
from waybill_bench.sink.program import run_program
from waybill_bench.sink.steady import Mark
from waybill_bench.submit import submit_command
from waybill_bench.world import World
from waybill_sandbox.process import Command


def deliver(world: World, job: Job) -> Outcome:
    """Runs ``waybill submit`` until the topic is delivered."""
    ran = run_program(submit(world, job))
    lines = ran.output.splitlines()
    marks, summary = tuple(commits(lines)), json.loads(lines[-1])
    return Outcome(ran, marks, ran.ended, stored(world, f"{job.lake}/names/data"), summary["dead"])


def submit(world: World, job: Job) -> Command:
    """The command with its settings."""
    settings = world.settings(
        job.topic,
        job.lake,
        delivery__max_offsets_per_trigger=str(job.offsets_per_commit),
        delivery__rows_per_object=str(job.offsets_per_task),
    )
    log, output = job.room / "waybill.log", job.room / "waybill.out"
    command = submit_command(world, cores=job.cores)
    return Command("waybill submit", command, env=settings, log=log, cwd=job.room, output=output)


def commits(lines: Iterable[str]) -> Iterable[Mark]:
    """A mark for each receipt: the application logs a line then. Spark puts a driver's stderr into its stdout."""
    for line in lines:
        if line.startswith("{") and '"event": "commit"' in line:
            entry = json.loads(line)
            yield Mark(datetime.fromisoformat(entry["timestamp"]).timestamp(), entry["rows"] + entry["dead"])
