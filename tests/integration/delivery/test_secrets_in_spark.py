"""A delivery by Spark with a secret in each setting: none is in logs, the event log, the lake, files or workers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from integration.conftest import ROOT
from integration.delivery import watched
from integration.delivery.conftest import Stream
from seeded_secrets import as_values, seeds, told_below, told_in

from waybill_common.jars import fetch_jars, read_jar_manifest
from waybill_common.settings import DELIVERING, with_settings

APPLICATION = ("kafka.", "lake.", "registry.")
"""Whose secrets the driver needs."""


def test_no_secret_leaves_a_delivery(
    stream: Stream, spark_home: Path, java: Path, jar_cache: Path, tmp_path: Path
) -> None:
    stream.names(20)
    found = seeds()
    manifest = read_jar_manifest(ROOT / "3rdparty" / "jvm" / "spark_kafka.json")
    jars = ",".join(map(str, fetch_jars(manifest, jar_cache, java=java, spark_home=spark_home)))
    seen, temporary, events = tmp_path / "seen", tmp_path / "temporary", tmp_path / "events"
    for folder in (seen, temporary, events):
        folder.mkdir()
    conf = {
        "spark.python.daemon.module": watched.__name__,
        "spark.executorEnv.WATCHED": str(seen),
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": events.as_uri(),
        "spark.local.dir": str(temporary),
        "spark.ui.enabled": "false",
    }
    words = " ".join(f"--conf {name}={value}" for name, value in conf.items())
    machine = {name: text for name, text in os.environ.items() if not name.startswith("WAYBILL_")}
    done = subprocess.run(
        [
            *(sys.executable, ROOT / "src/python/spark_app/launcher.py"),
            f"--lake.url={stream.lake.settings.url}",
            f"--kafka.bootstrap-servers={stream.kafka.bootstrap_servers}",
            f"--stream.topic={stream.topic}",
            '--kafka.properties={"sasl.username": "ada"}',
            "--kafka.timeout=15",
            "--delivery.rows-per-object=8",
            "--log.level=debug",
        ],
        env={
            **machine,
            **with_settings(as_values(found), DELIVERING),
            "PYTHONPATH": os.pathsep.join([str(spark_home.parent), *sys.path]),
            "SPARK_HOME": str(spark_home),
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "TMPDIR": str(temporary),
            "PYSPARK_SUBMIT_ARGS": f"--master local[2] --jars {jars} {words} pyspark-shell",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["rows"] == 20
    assert told_in((done.stdout + done.stderr).encode(), found) == []
    processes = sorted(seen.iterdir())
    kinds = {path.suffix for path in processes}
    assert kinds == {".environ", ".cmdline", ".driver"}
    for path in processes:
        # The driver's process and its JVM are the application, which needs these.
        allowed = APPLICATION if path.suffix == ".driver" else ()
        assert told_in(path.read_bytes(), found, but=allowed) == [], path
        path.unlink()
    assert [path for path in events.rglob("*") if path.is_file()]
    assert told_below(tmp_path, found) == []
