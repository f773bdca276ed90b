"""The turns: each contender delivers each topic, checked against what was sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from waybill_bench.load import Load, fill
from waybill_bench.result import Run
from waybill_bench.sink import connect_iceberg, spark_delta, spark_file, waybill
from waybill_bench.sink.cases import (
    CONNECT_ICEBERG,
    SPARK_DELTA,
    SPARK_FILE,
    TASKS,
    WAYBILL,
    Case,
    Store,
    offsets_per_commit,
    plan,
    turns,
)
from waybill_bench.sink.job import Job, Outcome
from waybill_bench.sink.lake import remove
from waybill_bench.sink.program import failure
from waybill_bench.sink.steady import MEGABYTE, cpu_per_million, steady
from waybill_bench.world import BUCKET, World
from waybill_common.errors import EnvironmentMissing
from waybill_common.kafka import topic_state
from waybill_common.settings import KafkaSettings
from waybill_sandbox.s3 import S3Kind

CONTENDERS: Mapping[str, Callable[[World, Job], Outcome]] = {
    WAYBILL: waybill.deliver,
    SPARK_FILE: spark_file.deliver,
    SPARK_DELTA: spark_delta.deliver,
    CONNECT_ICEBERG: connect_iceberg.deliver,
}
MANIFESTS = ("spark_kafka", "hadoop_aws", "delta", "connect", "iceberg")


def sink(world: World, quick: bool) -> Iterator[Run]:  # the signature of every bench
    """Every run of the sink benchmark.

    Raises EnvironmentMissing without MinIO, BenchFailed where a contender fails or does not deliver what was sent.
    """
    if world.s3.choice.kind is S3Kind.MOTO:
        raise EnvironmentMissing(
            "There is no MinIO, and moto's S3 server is none to measure with.",
            allowed="MINIO_BINARY, minio on the PATH, or its image on this machine.",
            remedy="run `make bench`, which builds it, or set MINIO_BINARY.",
        )
    for manifest in MANIFESTS:
        world.places.jars(manifest)
    cases = plan(quick=quick)
    topics = _fill(world, cases)
    for turn, case, who in turns(cases):
        yield _run(world, case, who, turn, topics[case.load])


def _fill(world: World, cases: Sequence[Case]) -> dict[Load, str]:
    loads = dict.fromkeys(case.load for case in cases)
    topics = {load: f"sink-{number}" for number, load in enumerate(loads, start=1)}
    for load, topic in topics.items():
        fill(world.bootstrap_servers, topic, load)
    return topics


def _run(world: World, case: Case, who: str, turn: int, topic: str) -> Run:
    job, outcome = _deliver(world, case, who, turn, topic)
    stretch = steady(outcome.marks)
    seconds = outcome.ended - outcome.ran.began
    values = {
        "rows_per_second": stretch.rate,
        "cpu_seconds_per_million_rows": cpu_per_million(stretch, outcome.ran.meter.cpu_at),
        "whole_rows_per_second": job.records / seconds,
        "seconds": seconds,
        "commits": float(len(outcome.marks)),
        "peak_megabytes": outcome.ran.meter.peak_bytes / MEGABYTE,
        "objects": float(outcome.stored.objects),
        "bytes_per_row": outcome.stored.bytes / outcome.stored.rows,
    }
    return Run(bench="sink", case=case.name, contender=who, turn=turn, values=values)


def _deliver(world: World, case: Case, who: str, turn: int, topic: str) -> tuple[Job, Outcome]:
    """One run, with everything of it deleted behind it."""
    job = _job(world, case, f"{topic}-{who}-{turn}", topic)
    outcome = CONTENDERS[who](world, job)
    good = job.records - job.broken
    if (outcome.stored.rows, outcome.letters) != (good, job.broken):
        raise failure(
            f"{who} delivered {outcome.stored.rows} rows and {outcome.letters} dead letters of {case.name}, "
            f"turn {turn}; {good} and {job.broken} were sent",
            outcome.ran.command,
        )
    remove(world, job.lake)
    os.sync()
    return job, outcome


def _job(world: World, case: Case, name: str, topic: str) -> Job:
    settings = KafkaSettings(bootstrap_servers=world.bootstrap_servers, replication_factor=1)
    offsets = sum(topic_state(settings, topic).log_ends.values())
    limit = offsets_per_commit(offsets, case.commits, case.load.partitions)
    room = world.room(name)
    return Job(
        topic=topic,
        records=case.load.records,
        broken=case.load.broken,
        offsets_per_commit=limit,
        offsets_per_task=-(-limit // TASKS) + 1,
        cores=case.cores,
        lake=f"s3://{BUCKET}/{name}" if case.store is Store.S3 else str(room / "lake"),
        room=room,
    )
