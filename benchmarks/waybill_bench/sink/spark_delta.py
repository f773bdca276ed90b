"""Contender: Spark's own Kafka source and from_json, into Delta's streaming sink."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from waybill_bench.sink.job import Job, Outcome, Stored
from waybill_bench.sink.lake import stored
from waybill_bench.sink.program import failure, run_program
from waybill_bench.sink.stock import progress, submit, tuning
from waybill_bench.world import World


def deliver(world: World, job: Job) -> Outcome:
    """Runs the query until the topic is delivered; raises BenchFailed where log and files disagree."""
    command = submit(
        world,
        job,
        sink="delta",
        lake=f"file://{job.lake}",
        jars="delta",
        conf=tuning("delta.conf"),
        env={},
    )
    ran = run_program(command)
    logged = table(path.read_text() for path in sorted((Path(job.lake) / "_delta_log").glob("*.json")))
    found = stored(world, job.lake)
    if logged != found:
        raise failure(f"Delta's log says {logged}, the folder holds {found}", ran.command)
    marks = progress(ran.output)
    return Outcome(ran, marks, marks[-1].at, logged)


def table(commits: Iterable[str]) -> Stored:
    """What the table's log says that it holds. Nothing was removed: the bench only appends."""
    adds = [
        action["add"]
        for commit in commits
        for action in map(json.loads, commit.splitlines())
        if "add" in action
    ]
    rows = sum(json.loads(add["stats"])["numRecords"] for add in adds)
    return Stored(rows, len(adds), sum(add["size"] for add in adds))
