"""Flink in one JVM: its SQL client runs ``contenders/flink.sql``, which holds all of its tuning."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from waybill_bench.sink.resources import copied, text_of
from waybill_bench.sink.subjects import NAMES, Subject
from waybill_bench.world import World
from waybill_sandbox.process import Command

_OPENED = (
    *("lang", "lang.reflect", "net", "nio", "text", "time", "util", "util.concurrent"),
    *("util.concurrent.atomic", "util.concurrent.locks"),
)
JVM = ("-Xms1g", "-Xmx1g", *(f"--add-opens=java.base/java.{name}=ALL-UNNAMED" for name in _OPENED))
# Flink leaves Hadoop, zstd and what its logging needs to the user. Spark's jars have them, and come first: one of
# Flink's own brings an older logging interface.
_FROM_SPARK = (
    *("hadoop-client-api", "hadoop-client-runtime", "zstd-jni"),
    *("slf4j-api", "log4j-api", "log4j-core", "log4j-slf4j2-impl"),
)
_WORTH_THE_TRIP = 1 << 20


@dataclass(frozen=True)
class FlinkJob:
    """From ``topic`` into ``lake``, with checkpoints and everything else in ``room``.

    ``endless`` goes on for ever; otherwise it ends where the topic ended at the start. ``restore`` is a checkpoint to
    begin from; without one it begins at ``start``.
    """

    topic: str
    lake: Path
    room: Path
    checkpoint_milliseconds: int = 1000
    endless: bool = False
    start: str = "earliest-offset"
    restore: Path | None = None
    subject: Subject = NAMES

    @property
    def state(self) -> Path:
        return self.room / "checkpoints"

    def statements(self, bootstrap_servers: str) -> str:
        """What its SQL client is given."""
        restore = f"SET 'execution.state-recovery.path' = 'file://{self.restore}';" if self.restore else ""
        columns = text_of(f"{self.subject.stream}.columns.sql").rstrip()
        filled = {
            "COLUMNS": columns,
            "NAMES": ", ".join(line.split()[0] for line in columns.splitlines()),
            "TIME": self.subject.time,
            "CHECKPOINT": str(self.checkpoint_milliseconds),
            "STATE": str(self.state),
            "RESTORE": restore,
            "TOPIC": self.topic,
            "BOOTSTRAP_SERVERS": bootstrap_servers,
            "GROUP": f"flink-{self.room.name}",
            # An endless run is one for latency.
            "FETCH_BYTES": str(1 if self.endless else _WORTH_THE_TRIP),
            "START": self.start,
            "BOUND": "" if self.endless else "'scan.bounded.mode' = 'latest-offset',",
            "LAKE": str(self.lake),
        }
        text = text_of("flink.sql")
        for name, value in filled.items():
            text = text.replace(f"@{name}@", value)
        return text


def flink_command(world: World, job: FlinkJob) -> Command:
    """The client's command; its statements and configuration are written into the job's room."""
    folder = job.room / "conf"
    folder.mkdir(exist_ok=True)
    (folder / "config.yaml").write_text("{}\n")
    statements = job.room / "statements.sql"
    statements.write_text(job.statements(world.bootstrap_servers))
    spark = world.places.spark_home.absolute() / "jars"
    jars = [next(spark.glob(f"{name}-[0-9]*.jar")) for name in _FROM_SPARK] + [*world.places.jars("flink")]
    words = (
        *(str(world.places.java), *JVM),
        f"-Dlog4j2.configurationFile={copied('flink-log4j2.properties', job.room)}",
        *("-cp", os.pathsep.join(map(str, jars))),
        *("org.apache.flink.table.client.SqlClient", "embedded", "-f", str(statements)),
        # Otherwise it writes one into the user's home.
        *("-hist", str(job.room / "history")),
    )
    env = {**world.machine, "FLINK_CONF_DIR": str(folder)}
    return Command(
        "Flink", words, env=env, log=job.room / "flink.log", cwd=job.room, output=job.room / "flink.out"
    )
