"""The turns: each contender delivers each topic, checked against what was sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from waybill_bench.load import Load, fill
from waybill_bench.result import Run
from waybill_bench.sink import connect_iceberg, flink, script, spark_delta, spark_file, waybill
from waybill_bench.sink.cases import TASKS, Case, Store, offsets_per_commit, turns
from waybill_bench.sink.job import Job, Outcome
from waybill_bench.sink.lake import remove
from waybill_bench.sink.plan import (
    CONNECT_ICEBERG,
    FLINK,
    LOCAL,
    SCRIPT,
    SPARK_DELTA,
    SPARK_FILE,
    TUNED,
    WAYBILL,
    by_hand,
    large,
    regular,
)
from waybill_bench.sink.program import failure
from waybill_bench.sink.steady import MEGABYTE, MILLION, cpu_per_million, steady
from waybill_bench.warming import RECORDS
from waybill_bench.warming import TOPIC as WARM_UP
from waybill_bench.world import BUCKET, World
from waybill_common.errors import EnvironmentMissing
from waybill_common.kafka import topic_state
from waybill_common.settings import KafkaSettings
from waybill_sandbox.s3 import S3Kind

CONTENDERS: Mapping[str, Callable[[World, Job], Outcome]] = {
    LOCAL: waybill.deliver_here,
    WAYBILL: waybill.deliver_on_spark,
    SCRIPT: script.deliver,
    TUNED: script.deliver_tuned,
    FLINK: flink.deliver,
    SPARK_FILE: spark_file.deliver,
    SPARK_DELTA: spark_delta.deliver,
    CONNECT_ICEBERG: connect_iceberg.deliver,
}
JARS = {
    WAYBILL: ("spark_kafka",),
    SPARK_FILE: ("spark_kafka", "hadoop_aws"),
    SPARK_DELTA: ("delta",),
    CONNECT_ICEBERG: ("connect", "iceberg"),
    FLINK: ("flink",),
}
"""Manifests whose jars are fetched before anything is timed."""
FIRST_STARTS = {SCRIPT, FLINK}
"""Who is started once before: a broker makes the topic of its groups' offsets, and jars get into memory."""


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
    return deliveries(world, "sink", regular(quick=quick))


def sink_by_hand(world: World) -> Iterator[Run]:
    """Every run of the cases that are not in the regular plan."""
    return deliveries(world, "sink-by-hand", by_hand())


def sink_large(world: World) -> Iterator[Run]:
    """Every run of the case with the most records."""
    return deliveries(world, "large", large(), bench="large")


def deliveries(world: World, name: str, cases: Sequence[Case], bench: str = "sink") -> Iterator[Run]:
    """Every run of the cases, in turns. ``name`` is what topics and rooms are called after.

    Raises BenchFailed where a contender fails or does not deliver what was sent.
    """
    taking_part = {who for case in cases for who in case.contenders}
    for manifest in {manifest for who in taking_part for manifest in JARS.get(who, ())}:
        world.places.jars(manifest)
    for who in sorted(taking_part & FIRST_STARTS):
        _start_once(world, who)
    topics = _fill(world, name, cases)
    for turn, case, who in turns(cases):
        yield _run(world, bench, case, who, turn, topics[case.load])


def _start_once(world: World, who: str) -> None:
    """Another bench of this run may have done it."""
    name = f"first-{who}"
    if (world.places.folder / name).exists():
        return
    room = world.room(name)
    few = Job(WARM_UP, RECORDS, 0, RECORDS, RECORDS, 1000, 2, str(room / "lake"), room)
    assert CONTENDERS[who](world, few).stored.rows == RECORDS


def _fill(world: World, name: str, cases: Sequence[Case]) -> dict[Load, str]:
    loads = dict.fromkeys(case.load for case in cases)
    topics = {load: f"{name}-{number}" for number, load in enumerate(loads, start=1)}
    for load, topic in topics.items():
        fill(world.bootstrap_servers, topic, load)
    return topics


def _run(world: World, bench: str, case: Case, who: str, turn: int, topic: str) -> Run:
    job, outcome = _deliver(world, case, who, turn, topic)
    marks, meter, began = outcome.marks, outcome.ran.meter, outcome.ran.began
    stretch = steady(marks)
    values = {
        "rows_per_second": stretch.rate,
        "whole_seconds": outcome.ended - began,
        "first_file_seconds": marks[0].at - began,
        "cpu_seconds_per_million_rows": cpu_per_million(stretch, meter.cpu_at),
        "whole_cpu_seconds_per_million_rows": meter.cpu_seconds / job.records * MILLION,
        "peak_pss_megabytes": meter.peak_proportional_bytes / MEGABYTE,
        "commits": float(len(marks)),
        "objects": float(outcome.stored.objects),
        "bytes_per_row": outcome.stored.bytes / outcome.stored.rows,
    }
    if who == LOCAL:
        driver = meter.first_cpu_at(stretch.ended) - meter.first_cpu_at(stretch.began)
        values["driver_cpu_seconds_per_commit"] = driver / (len(marks) - 1)
    return Run(bench=bench, case=case.name, contender=who, turn=turn, values=values)


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
        commit_milliseconds=case.commit_milliseconds,
        cores=case.cores,
        lake=f"s3://{BUCKET}/{name}" if case.store is Store.S3 else str(room / "lake"),
        room=room,
        subject=case.subject,
    )
