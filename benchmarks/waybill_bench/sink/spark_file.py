"""Contender: Spark's own Kafka source, from_json and Parquet file sink."""

from __future__ import annotations

from waybill_bench.sink.job import Job, Outcome
from waybill_bench.sink.lake import stored
from waybill_bench.sink.program import run_program
from waybill_bench.sink.stock import progress, submit, tuning
from waybill_bench.world import World
from waybill_sandbox.process import Command
from waybill_sandbox.s3 import ACCESS_KEY, REGION, SECRET_KEY


def deliver(world: World, job: Job) -> Outcome:
    """Runs the query until the topic is delivered."""
    ran = run_program(_to_s3(world, job) if job.lake.startswith("s3://") else _to_folder(world, job))
    marks = progress(ran.output)
    return Outcome(ran, marks, marks[-1].at, stored(world, job.lake))


def _to_folder(world: World, job: Job) -> Command:
    lake = f"file://{job.lake}"
    return submit(world, job, sink="parquet", lake=lake, jars="spark_kafka", conf={}, env={})


def _to_s3(world: World, job: Job) -> Command:
    """Through S3A, with keys from the environment. The checkpoint stays in a folder, which spares it requests."""
    lake = job.lake.replace("s3://", "s3a://", 1)
    conf = tuning("s3a.conf") | {
        "spark.hadoop.fs.s3a.endpoint": world.s3.endpoint,
        "spark.hadoop.fs.s3a.endpoint.region": REGION,
    }
    env = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    return submit(world, job, sink="parquet", lake=lake, jars="hadoop_aws", conf=conf, env=env)
