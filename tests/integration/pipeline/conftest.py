"""The built artifacts, copied away from the checkout, against real Kafka and the simulator."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

import pytest

from waybill_sandbox.api import Simulator
from waybill_sandbox.kafka import KafkaCluster

ROOT = Path(__file__).parents[3]
ARTIFACTS = ("producer.pex", "spark_app.zip", "waybill.pex")
BOUND_SECONDS = 240
QUICK_START = "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
COUNT = """
import sys
from pyspark.sql import SparkSession
print(SparkSession.builder.getOrCreate().read.parquet(sys.argv[1]).count())
"""


@pytest.fixture(scope="session")
def away(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder with nothing but the artifacts; also the HOME of everything that runs there."""
    folder = tmp_path_factory.mktemp("away")
    for name in ARTIFACTS:
        built = next((path for path in (ROOT / name, ROOT / "dist" / name) if path.is_file()), None)
        if built is None:
            pytest.fail(f"{name} is not built: run `./pants package ::` first.")
        shutil.copy(built, folder / name)
    return folder


@dataclass
class Pipeline:
    """One stream with its own topic and lake. Every process gets ``env`` and nothing else."""

    away: Path
    env: dict[str, str]
    lake: Path
    jars: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def produce(self, *flags: str) -> dict[str, Any]:
        """The producer's summary."""
        ended = self._run([str(self.away / "producer.pex"), *flags])
        assert ended.returncode == 0, ended.stderr[-3000:]
        return dict(json.loads(ended.stdout.splitlines()[-1]))

    def submit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run(self._submit_command(arguments))

    def submitted(self, *arguments: str) -> dict[str, Any]:
        """The Spark application's summary, after a run that went well."""
        ended = self.submit(*arguments)
        assert ended.returncode == 0, ended.stderr[-5000:]
        return dict(json.loads(ended.stdout.splitlines()[-1]))

    def start_submit(self, *arguments: str) -> subprocess.Popen[str]:
        with (self.lake.parent / f"submit-{len(self.started)}.log").open("w") as log:
            process = subprocess.Popen(
                self._submit_command(arguments),
                env=self.env,
                cwd=self.lake.parent,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def verify(self, *flags: str) -> tuple[int, dict[str, Any]]:
        ended = self._run([str(self.away / "waybill.pex"), "verify", "--json", *flags])
        assert ended.stdout, ended.stderr[-3000:]
        return ended.returncode, dict(json.loads(ended.stdout))

    def count_with_spark(self, folder: Path) -> int:
        script = self.lake.parent / "count.py"
        script.write_text(COUNT)
        submit = str(Path(self.env["SPARK_HOME"]) / "bin" / "spark-submit")
        ended = self._run([submit, "--master", "local[1]", "--conf", QUICK_START, str(script), str(folder)])
        assert ended.returncode == 0, ended.stderr[-3000:]
        return int(ended.stdout.splitlines()[-1])

    def kill_group_when(self, process: subprocess.Popen[str], moment: Callable[[], bool]) -> None:
        """SIGKILL for the driver, its JVM and its workers, as soon as ``moment`` has come."""
        deadline = time.monotonic() + BOUND_SECONDS
        while not moment():
            assert process.poll() is None, f"submit ended before its moment: {self.log_of(process)}"
            assert time.monotonic() < deadline, "the moment never came"
            time.sleep(0.001)
        # `waybill submit` starts spark-submit in a session of its own, so that is the group to kill.
        for child in _children(process.pid):
            os.killpg(child, signal.SIGKILL)
        process.wait(timeout=60)

    def log_of(self, process: subprocess.Popen[str]) -> str:
        index = self.started.index(process)
        return (self.lake.parent / f"submit-{index}.log").read_text()[-5000:]

    def ledger(self, kind: str) -> list[dict[str, Any]]:
        entries = sorted((self.lake / "names" / "_waybill").glob(f"*.{kind}.json"))
        return [json.loads(path.read_bytes()) for path in entries]

    def objects(self) -> list[Path]:
        return sorted((self.lake / "names").rglob("*.parquet"))

    def _submit_command(self, arguments: tuple[str, ...]) -> list[str]:
        bundle = str(self.away / "spark_app.zip")
        words = [str(self.away / "waybill.pex"), "submit", "--bundle", bundle, "--master", "local[2]"]
        words += ["--jars-dir", str(self.jars), "--conf", "spark.ui.enabled=false"]
        words += ["--conf", QUICK_START]
        return [*words, "--", *arguments]

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self.env,
            cwd=self.lake.parent,
            capture_output=True,
            text=True,
            timeout=BOUND_SECONDS,
            check=False,
        )


def _children(pid: int) -> list[int]:
    task = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in task.read_text().split()]


@pytest.fixture
def pipeline(
    kafka: KafkaCluster,
    simulator: Simulator,
    topic: str,
    away: Path,
    spark_home: Path,
    jar_cache: Path,
    tmp_path: Path,
) -> Iterator[Pipeline]:
    key = tmp_path / "pseudonym.key"
    key.write_text("a key of this test only, long enough to be taken")
    key.chmod(0o600)
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(away),
        "SPARK_HOME": str(spark_home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "WAYBILL_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "WAYBILL_KAFKA__REPLICATION_FACTOR": "1",
        "WAYBILL_KAFKA__PARTITIONS": "2",
        "WAYBILL_STREAM__TOPIC": topic,
        "WAYBILL_LAKE__URL": str(tmp_path / "lake"),
        "WAYBILL_SOURCE__URL": simulator.url,
        "WAYBILL_SOURCE__SEED": "integration",
        "WAYBILL_SOURCE__RESULTS": "200",
        "WAYBILL_PRODUCER__PAUSE_INTERVAL": "0",
        "WAYBILL_PSEUDONYM__KEY_FILE": str(key),
    }
    if "JAVA_HOME" in os.environ:
        env["JAVA_HOME"] = os.environ["JAVA_HOME"]
    running = Pipeline(away, env, tmp_path / "lake", jar_cache)
    yield running
    for process in running.started:
        if process.poll() is None:
            for child in _children(process.pid):
                os.killpg(child, signal.SIGKILL)
            process.kill()
            process.wait(timeout=60)
