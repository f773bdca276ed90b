"""Parts for the cells, ``--faults=quick|all`` and the record of what each cell found."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faults.engines import Driver
from faults.matrix import Cell
from faults.parts import Parts, running_parts
from faults.programs import Programs
from faults.rig import Rig, Spark
from faults.zygote import Zygote
from integration.conftest import SPARK_HOME
from integration.conftest import jar_cache as jar_cache
from integration.conftest import java as java
from integration.conftest import kafka_jars as kafka_jars
from integration.conftest import kafka_three as kafka_three
from integration.conftest import shared_kafka_three as shared_kafka_three
from integration.conftest import simulator as simulator
from integration.conftest import spark_home as spark_home

from waybill_common.jars import fetch_jars, read_jar_manifest
from waybill_common.version import VERSION
from waybill_ops.submission.spark_home import spark_version
from waybill_sandbox.api import Simulator
from waybill_sandbox.s3 import ACCESS_KEY, SECRET_KEY
from waybill_sandbox.spark.spark_cluster import SparkCluster
from waybill_sandbox.spark.spark_plan import Installation

ROOT = Path(__file__).parents[2]
# Read here, before the tests' own environment is cleaned of them.
SEED = int(os.environ.get("WAYBILL_TEST_FAULTS_SEED", "20261122"))
WHICH = os.environ.get("WAYBILL_TEST_FAULTS", "quick")
ENGINES = {
    Driver.LOCAL: ("faults.drive_local",),
    Driver.BOTH: ("faults.drive_local", "faults.drive"),
    Driver.SPARK_AND_LOCAL: ("faults.drive_local",),
}
CLUSTER_CONF = ("spark.cores.max=2", "spark.executor.memory=512m")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--faults", choices=("quick", "all"), default=WHICH, help="which cells (or WAYBILL_TEST_FAULTS)"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "not_quick: a cell of the whole matrix only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Cells that were not asked for are left out, not skipped."""
    # Where tests/ as a whole is run, pytest finds this file too late to know the option.
    if config.getoption("--faults", WHICH) == "all":
        return
    slow = [item for item in items if item.get_closest_marker("not_quick")]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if item not in slow]


@pytest.fixture(scope="session")
def parts(
    kafka_jars: tuple[Path, ...], java: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Parts]:
    with running_parts(kafka_jars, java, tmp_path_factory.mktemp("parts")) as running:
        yield running


@pytest.fixture(scope="session")
def spark_jars(java: Path, spark_home: Path, jar_cache: Path) -> tuple[Path, ...]:
    manifest = read_jar_manifest(ROOT / "3rdparty" / "jvm" / "spark_kafka.json")
    return fetch_jars(manifest, jar_cache, java=java, spark_home=spark_home)


@pytest.fixture(scope="session")
def spark_cluster(
    spark_home: Path, java: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SparkCluster]:
    installed = Installation(spark_home, java.resolve().parent.parent, {"PATH": os.environ["PATH"]})
    with SparkCluster(installed, tmp_path_factory.mktemp("spark")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    with Zygote(_python_env()) as running:
        yield running


@pytest.fixture
def programs(tmp_path: Path, zygote: Zygote) -> Iterator[Programs]:
    env = {
        **_python_env(),
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "WAYBILL_PSEUDONYM__KEY": "a key of these runs only, long enough to be taken",
        "WAYBILL_LAKE__ACCESS_KEY_ID": ACCESS_KEY,
        "WAYBILL_LAKE__SECRET_ACCESS_KEY": SECRET_KEY,
    }
    running = Programs(tmp_path, env, zygote)
    yield running
    running.stop()


def _python_env() -> dict[str, str]:
    named = ("PATH", "JAVA_HOME", "PYTHONPYCACHEPREFIX")
    return {name: os.environ[name] for name in named if name in os.environ} | {
        "PYTHONPATH": os.pathsep.join(sys.path)
    }


@pytest.fixture
def rig(
    request: pytest.FixtureRequest, cell: Cell, parts: Parts, simulator: Simulator, programs: Programs
) -> Iterator[Rig]:
    made = Rig(
        name=cell.id,
        kafka=parts.kafka,
        random=random.Random(f"{SEED} {cell.id}"),
        parts=parts,
        simulator=simulator,
        programs=programs,
    )
    if cell.needs == "three brokers":
        made.kafka, made.copies = request.getfixturevalue("kafka_three"), 3
    made.engines = ENGINES.get(cell.driver, made.engines)
    if cell.driver in (Driver.SPARK, Driver.SPARK_AND_LOCAL):
        made.spark = Spark(request.getfixturevalue("spark_home"), request.getfixturevalue("spark_jars"))
    if cell.needs == "spark cluster":
        cluster = request.getfixturevalue("spark_cluster").start()
        home, jars = request.getfixturevalue("spark_home"), request.getfixturevalue("spark_jars")
        made.spark, made.cluster = Spark(home, jars, cluster.url, CLUSTER_CONF), cluster
    yield made
    programs.stop()
    parts.clear()


@pytest.fixture
def run_cell(cell: Cell, rig: Rig, parts: Parts, request: pytest.FixtureRequest) -> Callable[[], None]:
    def run() -> None:
        began = time.monotonic()
        result: dict[str, object] = {
            "id": cell.id,
            "component": cell.component,
            "moment": cell.moment,
            "fault": cell.fault,
            "driver": cell.driver,
            "promise": cell.promise.name,
            "seed": SEED,
            "versions": versions(parts),
        }
        try:
            result["outcome"] = cell.play(rig)
            if rig.closes:
                parts.store_proxy.board.clear()
                parts.kafka_proxy.board.clear()
                if not rig.delivered:
                    rig.deliver()
            events, lost, doubled, wrong = rig.audit()
            result |= {"events": events, "lost": len(lost), "doubled": len(doubled)}
            assert events > 0
            assert (lost, doubled, wrong) == ([], [], [])
        finally:
            result["seconds"] = round(time.monotonic() - began, 1)
            request.node.user_properties.append(("cell", json.dumps(result)))

    return run


def versions(parts: Parts) -> dict[str, str]:
    named = ("confluent-kafka", "obstore", "pyarrow")
    found = {name: importlib.metadata.version(name) for name in named}
    kafka = json.loads((ROOT / "3rdparty" / "jvm" / "kafka.json").read_text())
    return {
        "waybill": VERSION,
        "python": platform.python_version(),
        "kafka": kafka_version(kafka),
        "pyspark": spark_version(Path(SPARK_HOME or "")) or "none",
        "store": parts.store.choice.kind.value,
        **found,
    }


def kafka_version(manifest: dict[str, object]) -> str:
    text = json.dumps(manifest)
    return text.split("org.apache.kafka:kafka_2.13:")[1].split('"')[0]
