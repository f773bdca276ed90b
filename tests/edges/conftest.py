"""Real parts for the edges, which cases there are, and the table of what they did.

``WAYBILL_TEST_EDGES``: unset, one case of each kind, inside this process; ``quick``, every case there, without Spark;
``all``, every case as programs from the sources; ``artifacts``, the same with what ``dist/`` holds.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from edges.case import World
from edges.programs import Mode, Programs, bundle_of_sources
from edges.running import ROWS, WHICH
from integration.conftest import ROOT
from integration.conftest import jar_cache as jar_cache
from integration.conftest import java as java
from integration.conftest import kafka as kafka
from integration.conftest import kafka_jars as kafka_jars
from integration.conftest import spark_home as spark_home
from integration.delivery.conftest import Stream
from sample_events import nth_event

from waybill_common.jars import fetch_jars, read_jar_manifest
from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_sandbox.api import Simulator
from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.s3 import S3Choice, S3Kind, S3Server
from waybill_streams.names import NAMES

DIST = Path(os.environ.get("WAYBILL_TEST_DIST") or ROOT / "dist")

GOOD, LETTERS = 12, (b"{broken", b"[]", b"\xff")
"""Records of the topic: rows at the offsets from 0, dead letters after them."""

MakeWorld = Callable[[Path], World]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ROWS:
        terminalreporter.section("edges")
        for row in ROWS:
            terminalreporter.write_line(row.line())


@pytest.fixture(scope="session")
def mode() -> Mode:
    return {"all": "sources", "artifacts": "artifacts"}.get(WHICH, "inside")  # type: ignore[return-value]  # of these


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An S3 server's address; it takes any keys, and has the bucket ``waybill``."""
    choice = S3Choice(S3Kind.MOTO, Path(sys.executable))
    with S3Server(choice, tmp_path_factory.mktemp("s3"), {"PATH": os.environ["PATH"]}) as server:
        server.create_bucket("waybill")
        yield server.endpoint


@pytest.fixture(scope="session")
def api() -> Iterator[str]:
    with Simulator(limit_users=1_000_000) as simulator:
        yield simulator.url


@contextmanager
def world_on(folder: Path, brokers: str, topic: str, s3: str, api: str) -> Iterator[World]:
    """A case's own folder, and settings with which every verb works."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "WAYBILL_KAFKA__BOOTSTRAP_SERVERS": brokers,
        "WAYBILL_KAFKA__REPLICATION_FACTOR": "1",
        "WAYBILL_KAFKA__PARTITIONS": "1",
        "WAYBILL_STREAM__TOPIC": topic,
        "WAYBILL_LAKE__URL": str(folder / "lake"),
        "WAYBILL_SOURCE__URL": api,
        "WAYBILL_SOURCE__SEED": "edges",
        "WAYBILL_SOURCE__RESULTS": "20",
        "WAYBILL_PSEUDONYM__KEY": "a key of this test only, long enough to be taken",
        **({"JAVA_HOME": os.environ["JAVA_HOME"]} if "JAVA_HOME" in os.environ else {}),
    }
    with ExitStack() as running:
        yield World(folder, env, brokers, s3, running)


def filled_topic(brokers: str, folder: Path) -> str:
    """A new topic of one partition, with rows and dead letters."""
    topic = f"edges.{uuid.uuid4().hex[:12]}"
    lake = open_lake(LakeSettings(url=str(folder / "unused")), "names")
    stream = Stream(KafkaSettings(bootstrap_servers=brokers, replication_factor=1), topic, lake, partitions=1)
    stream.create().produce([*(NAMES.encode(nth_event(n)) for n in range(GOOD)), *LETTERS])
    return topic


@pytest.fixture(scope="session")
def topic(kafka: KafkaCluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One for all cases that end before anything is delivered."""
    return filled_topic(kafka.bootstrap_servers, tmp_path_factory.mktemp("filled"))


@pytest.fixture
def world(kafka: KafkaCluster, topic: str, s3: str, api: str, tmp_path: Path) -> Iterator[World]:
    with world_on(tmp_path, kafka.bootstrap_servers, topic, s3, api) as made:
        yield made


@pytest.fixture
def own_world(kafka: KafkaCluster, s3: str, api: str, tmp_path: Path) -> Iterator[World]:
    """With a topic of its own: for a story that delivers."""
    own = filled_topic(kafka.bootstrap_servers, tmp_path)
    with world_on(tmp_path, kafka.bootstrap_servers, own, s3, api) as made:
        yield made


@pytest.fixture(scope="session")
def programs(
    mode: Mode, java: Path, spark_home: Path, jar_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Programs:
    folder = tmp_path_factory.mktemp("programs")
    manifest = ROOT / "3rdparty" / "jvm" / "spark_kafka.json"
    fetch_jars(read_jar_manifest(manifest), jar_cache, java=java, spark_home=spark_home)
    archive = folder / "airflow_dags.zip"
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("some_dag.py", "# airflow dag\n")
    if mode == "artifacts":
        shutil.copy(DIST / "spark_app.zip", folder / "spark_app.zip")
    document = folder / "published" / "contract.json"  # a bundle has one .json file, no more
    document.parent.mkdir()
    document.write_bytes(NAMES.document)
    bundle = (
        folder / "spark_app.zip" if mode == "artifacts" else bundle_of_sources(folder, manifest, spark_home)
    )
    places = {
        "bundle": str(bundle),
        "jars": str(jar_cache.absolute()),
        "spark": str(spark_home),
        "letter": f"0:{GOOD}",
        "offset": str(GOOD + 1),
        "from": "0:0",
        "to": f"0:{GOOD}",
        "scratch": str(folder),
        "cache": str(folder / "cache"),
        "archive": str(archive),
        "document": str(document),
        "version": hashlib.sha256(archive.read_bytes()).hexdigest()[:12],
    }
    return Programs(mode, DIST, places, spark_inside=WHICH == "ci")
