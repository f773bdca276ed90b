"""Contender: Flink's SQL, from its Kafka connector to its Parquet sink."""

from __future__ import annotations

from pathlib import Path

from waybill_bench.sink.appearing import appeared
from waybill_bench.sink.flink_sql import FlinkJob, flink_command
from waybill_bench.sink.job import Job, Outcome
from waybill_bench.sink.lake import stored
from waybill_bench.sink.program import run_program
from waybill_bench.world import World


def deliver(world: World, job: Job) -> Outcome:
    """Runs the statements until the topic is delivered."""
    asked = FlinkJob(
        job.topic,
        Path(job.lake),
        job.room,
        checkpoint_milliseconds=job.commit_milliseconds,
        subject=job.subject,
    )
    ran = run_program(flink_command(world, asked))
    marks = appeared(Path(job.lake))
    return Outcome(ran, marks, marks[-1].at, stored(world, job.lake, job.subject))
