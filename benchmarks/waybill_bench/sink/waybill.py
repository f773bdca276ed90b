"""Contenders: Waybill on either engine, as its documentation says to run them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from waybill_bench.engines import local_command, submit_command
from waybill_bench.sink.job import Job, Outcome
from waybill_bench.sink.lake import stored
from waybill_bench.sink.program import run_program
from waybill_bench.sink.resources import text_of
from waybill_bench.sink.steady import Mark
from waybill_bench.world import World
from waybill_sandbox.process import Command


def deliver_on_spark(world: World, job: Job) -> Outcome:
    """Runs ``waybill submit`` until the topic is delivered. Spark puts a driver's stderr into its stdout."""
    return _deliver(world, job, submit_command(world, cores=job.cores))


def deliver_here(world: World, job: Job) -> Outcome:
    """Runs ``waybill deliver`` until the topic is delivered."""
    return _deliver(world, job, local_command(world))


def _deliver(world: World, job: Job, argv: tuple[str, ...]) -> Outcome:
    document = job.subject.document
    own = {"streams_folder": str(_streams_of(job, document))} if document else {}
    settings = world.settings(
        job.topic,
        job.lake,
        stream__name=job.subject.stream,
        delivery__max_offsets_per_trigger=str(job.offsets_per_commit),
        delivery__rows_per_object=str(job.offsets_per_task),
        delivery__max_dead_share="1",  # one load has a tenth, about
        **own,
    )
    log, output = job.room / "waybill.log", job.room / "waybill.out"
    command = Command(f"waybill {argv[1]}", argv, env=settings, log=log, cwd=job.room, output=output)
    ran = run_program(command)
    told = [*log.read_text().splitlines(), *ran.output.splitlines()]
    marks, summary = tuple(commits(told)), json.loads(told[-1])
    found = stored(world, f"{job.lake}/{job.subject.stream}/data", job.subject)
    return Outcome(ran, marks, marks[-1].at, found, summary["dead"])


def _streams_of(job: Job, document: str) -> Path:
    """A folder with the one of the job's stream in it."""
    folder = job.room / "streams" / job.subject.stream
    folder.mkdir(parents=True)
    (folder / "stream.toml").write_text(f'topic = "{job.topic}"\n')
    (folder / "contract.json").write_text(text_of(document))
    return folder.parent


def commits(lines: Iterable[str]) -> Iterable[Mark]:
    """A mark for each receipt: the application logs a line then."""
    for line in lines:
        if line.startswith("{") and '"event": "commit"' in line:
            entry = json.loads(line)
            yield Mark(datetime.fromisoformat(entry["timestamp"]).timestamp(), entry["rows"] + entry["dead"])
