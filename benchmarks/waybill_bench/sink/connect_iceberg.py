"""Contender: Kafka Connect with Iceberg's sink, two tasks in one worker."""

from __future__ import annotations

import json
from pathlib import Path

from waybill_bench.sink.iceberg import Snapshot, can_hold, create_table, full_commits, snapshots
from waybill_bench.sink.job import Job, Outcome, Stored
from waybill_bench.sink.lake import stored
from waybill_bench.sink.program import failure, run_program
from waybill_bench.sink.resources import copied, text_of
from waybill_bench.world import World
from waybill_common.kafka import ensure_topic
from waybill_common.settings import KafkaSettings
from waybill_sandbox.ports import LOOPBACK, free_ports
from waybill_sandbox.process import Command
from waybill_streams.packaged import STREAMS

JVM = ("-Xms1g", "-Xmx1g", "-XX:+ExitOnOutOfMemoryError")
DATABASE, TABLE = "bench", "names"


def deliver(world: World, job: Job) -> Outcome:
    """Runs a worker until the table holds every record; raises BenchFailed where files of the table are missing.

    Files that it does not name are no rows of it; once a run left one.
    """
    table = Path(job.lake) / DATABASE / TABLE
    create_table(table, STREAMS["names"].current)
    ran = run_program(_worker(world, job), until=lambda: _rows(snapshots(table)) >= job.records)
    made = snapshots(table)
    logged = Stored(made[-1].total_records, made[-1].total_files, made[-1].total_bytes)
    found = stored(world, str(table / "data"))
    if not can_hold(found, logged):
        raise failure(f"Iceberg's table says {logged}, the folder holds {found}", ran.command)
    return Outcome(ran, full_commits(made), made[-1].at, logged)


def _rows(made: tuple[Snapshot, ...]) -> int:
    return made[-1].total_records if made else 0


def _worker(world: World, job: Job) -> Command:
    places, control = world.places, f"{job.room.name}-control"
    settings = KafkaSettings(bootstrap_servers=world.bootstrap_servers, replication_factor=1)
    ensure_topic(settings, control, partitions=1)
    plugins = job.room / "plugins"
    plugins.mkdir()
    (plugins / "iceberg").symlink_to(places.jars("iceberg")[0].parent)
    worker, connector = job.room / "worker.properties", job.room / "connector.json"
    own = {
        "bootstrap.servers": world.bootstrap_servers,
        "plugin.path": plugins,
        "offset.storage.file.filename": job.room / "offsets",
        "listeners": f"http://{LOOPBACK}:{free_ports(1)[0]}",
    }
    lines = "".join(f"{name}={value}\n" for name, value in own.items())
    worker.write_text(text_of("connect-worker.properties") + lines)
    sink = json.loads(text_of("iceberg-sink.json"))
    sink["name"] = job.room.name
    sink["config"] |= {
        "topics": job.topic,
        "iceberg.tables": f"{DATABASE}.{TABLE}",
        "iceberg.catalog.warehouse": f"file://{job.lake}",
        "iceberg.control.topic": control,
        "iceberg.kafka.bootstrap.servers": world.bootstrap_servers,
    }
    connector.write_text(json.dumps(sink))
    logging = f"-Dlog4j2.configurationFile={copied('connect-log4j2.properties', job.room)}"
    classpath = f"{places.jars('connect')[0].parent}/*"
    words = [
        str(places.java),
        *JVM,
        logging,
        "-cp",
        classpath,
        "org.apache.kafka.connect.cli.ConnectStandalone",
    ]
    return Command(
        "Kafka Connect",
        (*words, str(worker), str(connector)),
        env=world.machine,
        log=job.room / "connect.log",
        cwd=job.room,
    )
