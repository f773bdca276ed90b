"""A record that ends each process that meets it: the stream goes on without the fast paths, or says which one it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from integration.delivery.conftest import Stream, carried
from integration.delivery.deadly import DEADLY, POISON
from integration.delivery.test_deliver import rows
from sample_events import nth_event

from waybill_common.errors import TopicRefused, WorkerDied
from waybill_common.settings import LogSettings
from waybill_delivery.splits.alone import carry_alone
from waybill_delivery.splits.task_context import TaskContext
from waybill_streams.names import NAMES

ROOT = Path(__file__).parents[3]


def poisoned(stream: Stream) -> None:
    events = [nth_event(n, city=POISON.decode()) if n == 7 else nth_event(n) for n in range(30)]
    stream.produce([NAMES.encode(event) for event in events])


def test_spark_gives_up_on_a_split_and_the_driver_carries_it(stream: Stream, spark_home: Path) -> None:
    """The application itself, by a backfill, which needs none of Spark's jars for Kafka."""
    poisoned(stream)
    edges = ["--backfill-from=0:0", f"--backfill-to=0:{stream.ends()[0]}"]
    settings = [
        f"--lake.url={stream.lake.settings.url}",
        f"--kafka.bootstrap-servers={stream.kafka.bootstrap_servers}",
        f"--stream.topic={stream.topic}",
        "--kafka.timeout=15",
        "--delivery.rows-per-object=8",
    ]
    spark = "--master local[2] --conf spark.ui.enabled=false --conf spark.python.daemon.module="
    done = subprocess.run(
        [sys.executable, ROOT / "src/python/spark_app/launcher.py", *edges, *settings],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(spark_home.parent), *sys.path]),
            "SPARK_HOME": str(spark_home),
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_SUBMIT_ARGS": f"{spark}integration.delivery.deadly pyspark-shell",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["rows"] == 30
    assert [offset for _, offset, _ in rows(stream)] == list(range(30))
    died = [json.loads(line) for line in done.stderr.splitlines() if "worker_died" in line]
    [alone] = [one for one in died if one["next"] == "a process of its own carries this split"]
    assert alone["start"] <= 7 < alone["end"]
    # The JVM's log marks each further line of a message, which others may have written.
    assert "\n  | \tat org.apache.spark." in done.stderr
    assert "\n\tat org.apache.spark." not in done.stderr


def test_where_the_judge_dies_too_the_run_ends_with_the_place(stream: Stream) -> None:
    poisoned(stream)
    driver = stream.driver(rows_per_object=8)
    driver.carry = lambda manifest, _: [
        carried(
            carry_alone(
                TaskContext(manifest, DEADLY, stream.kafka, stream.lake, accept_loss=False),
                split,
                LogSettings(),
            )
        ).report
        for split in manifest.splits
    ]
    where = rf"{stream.topic} partition 0 died, .* by SIGSEGV, at offset 7\."
    with pytest.raises(WorkerDied, match=where):
        driver.reach(stream.ends())
    again = stream.driver()
    again.reach(stream.ends())
    assert again.receipts[0].rows == 30


def test_a_process_alone_hands_back_errors_as_they_are(stream: Stream) -> None:
    stream.names(3)
    driver = stream.driver()
    driver.carry = lambda manifest, contract: [
        carried(
            carry_alone(
                TaskContext(
                    manifest.model_copy(update={"topic_id": "other"}),
                    contract,
                    stream.kafka,
                    stream.lake,
                    accept_loss=False,
                ),
                split,
                LogSettings(),
            )
        ).report
        for split in manifest.splits
    ]
    with pytest.raises(TopicRefused, match="deleted or recreated"):
        driver.reach(stream.ends())
