"""Whatever a Kafka record holds, it is a row or a dead letter, and every command ends as its page says.

``make fuzz`` runs 20 seeds, one of them through Spark, from a random one on; every other run has the same two.
"""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from integration.dead_letters.conftest import Desk
from integration.delivery.conftest import Stream
from integration.records.drive import ANY_TIME, Course, smallest
from integration.records.strategies import claiming, draw, records
from kafka_wire import Wire, WireRecord

from waybill_common.jars import fetch_jars, read_jar_manifest
from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_sandbox.kafka import KafkaCluster

ROOT = Path(__file__).parents[3]
RUNS = int(os.environ.get("WAYBILL_TEST_FUZZ_RUNS", "2"))
SEED = int(os.environ.get("WAYBILL_TEST_FUZZ_SEED", "1"))
RECORDS = 500
THROUGH_SPARK = 2
"""This run of them goes through Spark first; there are so many only in `make fuzz`."""

OWN_TIME = 50
"""The last of them, in every second run, come when the topic keeps the broker's own time."""


def deliver_here(desk: Desk) -> None:
    desk.deliver()


def spark_delivers(spark_home: Path, jar_cache: Path, java: Path) -> Callable[[Desk], None]:
    manifest = read_jar_manifest(ROOT / "3rdparty" / "jvm" / "spark_kafka.json")
    jars = fetch_jars(manifest, jar_cache, java=java, spark_home=spark_home)
    words = f"--master local[1] --jars {','.join(map(str, jars))} --conf spark.ui.enabled=false pyspark-shell"

    def deliver(desk: Desk) -> None:
        done = subprocess.run(
            [sys.executable, ROOT / "src/python/spark_app/launcher.py", "--delivery.max-dead-share=1", *desk.flags],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(spark_home.parent), *sys.path]),
                 "SPARK_HOME": str(spark_home),
                 "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1",
                 "PYSPARK_SUBMIT_ARGS": words},
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-5000:]

    return deliver


@pytest.fixture
def new_desk(kafka: KafkaCluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[], Desk]:
    """A topic that takes any time, and a lake, each time it is asked."""

    def make() -> Desk:
        folder = tmp_path / uuid.uuid4().hex
        (folder / "lake").mkdir(parents=True)
        settings = KafkaSettings(bootstrap_servers=kafka.bootstrap_servers, replication_factor=1, timeout=15)
        lake = open_lake(LakeSettings(url=str(folder / "lake"), attempts=3), "names")
        stream = Stream(settings, f"names_topic.{folder.name}", lake, partitions=1)
        with Wire(kafka.bootstrap_servers) as wire:
            wire.create_topic(stream.topic, config=ANY_TIME)
        return Desk(stream, folder, capsys)

    return make


def run(course: Callable[[], Course], found: Sequence[WireRecord], own_time: int) -> None:
    """Fails with the fewest records that show what is wrong."""
    try:
        course().run(found[: len(found) - own_time], log_append=found[len(found) - own_time :])
    except (Exception, SystemExit):  # noqa: BLE001  # whatever it is, fewer records may show it
        first = traceback.format_exc()

        def fails(some: Sequence[WireRecord]) -> bool:
            try:
                course().run(some)
            except (Exception, SystemExit):  # noqa: BLE001  # likewise
                return True
            return False

        few = smallest(fails, found)
        shown = "\n".join(f"  {one!r}"[:20_000] for one in few[:20])
        pytest.fail(f"{len(few)} records are enough:\n{shown}\n\n{first}")


def drawn(seed: int) -> list[WireRecord]:
    found = draw(records, seed, RECORDS)
    assert len(found) == RECORDS
    return found + (draw(claiming, seed, 5) if seed % 2 == 0 else [])


@pytest.mark.parametrize("seed", range(SEED, SEED + RUNS))
def test_every_record_is_a_row_or_a_dead_letter(
    new_desk: Callable[[], Desk], spark_home: Path, jar_cache: Path, java: Path, seed: int
) -> None:
    found = drawn(seed)
    if seed == SEED + THROUGH_SPARK:
        Course(new_desk(), spark_delivers(spark_home, jar_cache, java)).run(found)
    run(lambda: Course(new_desk(), deliver_here), found, OWN_TIME if seed % 2 else 0)
