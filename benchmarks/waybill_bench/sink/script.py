"""Contender: what a person writes by hand, with librdkafka as it is and tuned for reading a full topic."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from waybill_bench.sink.appearing import appeared
from waybill_bench.sink.job import Job, Outcome
from waybill_bench.sink.lake import stored
from waybill_bench.sink.program import run_program
from waybill_bench.sink.resources import copied
from waybill_bench.world import World
from waybill_sandbox.process import Command

TUNING = ("fetch.queue.backoff.ms=5", "queued.min.messages=200000")


def deliver(world: World, job: Job, *tuning: str) -> Outcome:
    """Runs the script until the topic is delivered. Its Python is this very one, with its paths."""
    program = str(copied("plain_files.py", job.room))
    words = (sys.executable, "-P", program, job.subject.stream, world.bootstrap_servers, job.topic)
    command = Command(
        "the script",
        (*words, job.lake, job.room.name, str(job.offsets_per_task), *tuning),
        env={**world.machine, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        log=job.room / "script.log",
        cwd=job.room,
    )
    ran = run_program(command)
    marks = appeared(Path(job.lake))
    return Outcome(ran, marks, marks[-1].at, stored(world, job.lake, job.subject))


def deliver_tuned(world: World, job: Job) -> Outcome:
    return deliver(world, job, *TUNING)
