"""What every benchmark runs on: one Kafka with the JIT that it deserves, an S3 server, the built artifacts."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from waybill_common.jars import fetch_jars, read_jar_manifest
from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.s3 import ACCESS_KEY, REGION, SECRET_KEY, S3Server, choose_server

BUCKET = "bench"
# Both compilers and the memory of a broker that has something to do.
BROKER_JVM = ("-Xms768m", "-Xmx768m", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError")


@dataclass(frozen=True)
class Places:
    """Where things lie. ``folder`` is made anew for a run; ``cache`` keeps jars between runs."""

    dist: Path
    folder: Path
    spark_home: Path
    cache: Path
    manifests: Path
    java: Path

    def artifact(self, name: str) -> Path:
        return (self.dist / name).absolute()

    def jars(self, manifest: str) -> tuple[Path, ...]:
        """The jars of ``3rdparty/jvm/<manifest>.json``, fetched once and checked."""
        found = read_jar_manifest(self.manifests / f"{manifest}.json")
        return fetch_jars(found, self.cache.absolute(), java=self.java, spark_home=self.spark_home)


@dataclass(frozen=True)
class World:
    """The running parts, and what a program started on them needs of this machine."""

    places: Places
    kafka: KafkaCluster
    s3: S3Server
    machine: Mapping[str, str]

    @property
    def bootstrap_servers(self) -> str:
        return self.kafka.bootstrap_servers

    def room(self, name: str) -> Path:
        """An empty folder of that name."""
        folder = self.places.folder.absolute() / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    @property
    def class_archive(self) -> Path:
        """Spark's classes, where the warm-up's ``submit --keep-classes`` left them."""
        [archive] = Path(self.machine["HOME"], ".cache", "waybill", "classes").glob("*.jsa")
        return archive

    def settings(self, topic: str, lake: str, **more: str) -> dict[str, str]:
        """The environment of Waybill's programs: the machine's, and settings for one stream.

        ``lake`` is a folder or ``s3://bench/…``; ``more`` are names such as ``delivery__trigger``.
        """
        given = {
            "kafka__bootstrap_servers": self.bootstrap_servers,
            "kafka__replication_factor": "1",
            "stream__topic": topic,
            "lake__url": lake,
            "log__format": "json",
            **(S3_SETTINGS | {"lake__endpoint": self.s3.endpoint} if lake.startswith("s3:") else {}),
            **more,
        }
        return {**self.machine, **{f"WAYBILL_{name.upper()}": value for name, value in given.items()}}


S3_SETTINGS = {
    "lake__access_key_id": ACCESS_KEY,
    "lake__secret_access_key": SECRET_KEY,
    "lake__region": REGION,
}


@contextmanager
def running_world(places: Places, environ: Mapping[str, str]) -> Iterator[World]:
    """Starts Kafka and the S3 server, and ends them. HOME of every program is a folder of this run's own."""
    shutil.rmtree(places.folder, ignore_errors=True)
    home = places.folder.absolute() / "home"
    home.mkdir(parents=True)
    machine = {
        "PATH": os.pathsep.join((_own_python(), environ.get("PATH", os.defpath))),
        "HOME": str(home),
        "JAVA_HOME": str(places.java.resolve().parent.parent),
        "SPARK_HOME": str(places.spark_home.absolute()),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    choice = choose_server(environ.get("MINIO_BINARY"), environ.get("PATH", ""))
    own = {name: environ[name] for name in ("PATH", "HOME", "DOCKER_HOST") if name in environ}
    services = places.folder.absolute() / "services"
    kafka = KafkaCluster(places.jars("kafka"), places.java, services, jvm_flags=BROKER_JVM)
    with kafka, S3Server(choice, services, own) as s3:
        s3.create_bucket(BUCKET)
        yield World(places, kafka, s3, machine)


def _own_python() -> str:
    """The folder of the interpreter that runs this, for all programs: a version manager's script that comes before it
    on PATH would be timed with each of them.
    """
    return str(Path(sys.executable).resolve().parent)
