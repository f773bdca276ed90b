"""The built artifacts as programs, away from the checkout, whatever the cluster and the lake are."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from processes import children
from waiting import wait_until

from waybill_common.lake import Lake

ROOT = Path(__file__).parents[2]
ARTIFACTS = ("producer.pex", "spark_app.zip", "waybill.pex")
BOUND_SECONDS = 240
QUICK_START = "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
COUNT = """
import sys
from pyspark.sql import SparkSession
print(SparkSession.builder.getOrCreate().read.parquet(sys.argv[1]).count())
"""


def gather_artifacts(folder: Path) -> Path:
    """``folder`` with copies of the artifacts. Raises FileNotFoundError for one that is not built."""
    for name in ARTIFACTS:
        built = next((path for path in (ROOT / name, ROOT / "dist" / name) if path.is_file()), None)
        if built is None:
            raise FileNotFoundError(f"{name} is not built: run `./pants package ::` first.")
        shutil.copy(built, folder / name)
    return folder


def machine_env(home: Path, spark_home: Path) -> dict[str, str]:
    """What the programs need of this machine. HOME keeps their unpacked PEXes."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "SPARK_HOME": str(spark_home),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    if "JAVA_HOME" in os.environ:
        env["JAVA_HOME"] = os.environ["JAVA_HOME"]
    return env


def settings_env(folder: Path, *, bootstrap_servers: str, topic: str, api: str, lake: str) -> dict[str, str]:
    """Settings of one stream on a Kafka without replication; the key for its postcodes is made in ``folder``."""
    key = folder / "pseudonym.key"
    key.write_text("a key of this test only, long enough to be taken")
    key.chmod(0o600)
    return {
        "WAYBILL_KAFKA__BOOTSTRAP_SERVERS": bootstrap_servers,
        "WAYBILL_KAFKA__REPLICATION_FACTOR": "1",
        "WAYBILL_KAFKA__PARTITIONS": "2",
        "WAYBILL_STREAM__TOPIC": topic,
        "WAYBILL_LAKE__URL": lake,
        "WAYBILL_SOURCE__URL": api,
        "WAYBILL_SOURCE__SEED": "integration",
        "WAYBILL_SOURCE__RESULTS": "200",
        "WAYBILL_PRODUCER__PAUSE_INTERVAL": "0",
        "WAYBILL_PSEUDONYM__KEY_FILE": str(key),
    }


@dataclass
class Pipeline:
    """One stream with its own topic and lake.

    ``artifacts`` is what ``gather_artifacts`` returned. Every process gets ``env`` and nothing else, and starts in
    ``folder``, where logs go too. ``lake`` is the stream's folder in the lake that ``env`` names.
    """

    artifacts: Path
    folder: Path
    env: Mapping[str, str]
    lake: Lake
    jars: Path
    master: str = "local[2]"
    conf: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    started: list[subprocess.Popen[str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """What each program that ran to its end wrote to stdout and stderr."""

    def produce(self, *flags: str) -> dict[str, Any]:
        """The producer's summary."""
        ended = self.run([str(self.artifacts / "producer.pex"), *flags])
        assert ended.returncode == 0, ended.stderr[-3000:]
        return dict(json.loads(ended.stdout.splitlines()[-1]))

    def submit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(self._submit_command(arguments))

    def submitted(self, *arguments: str) -> dict[str, Any]:
        """The Spark application's summary, after a run that went well."""
        ended = self.submit(*arguments)
        assert ended.returncode == 0, ended.stderr[-5000:]
        return dict(json.loads(ended.stdout.splitlines()[-1]))

    def start_submit(self, *arguments: str) -> subprocess.Popen[str]:
        with (self.folder / f"submit-{len(self.started)}.log").open("w") as log:
            process = subprocess.Popen(
                self._submit_command(arguments),
                env=self.env,
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def verify(self, *flags: str) -> tuple[int, dict[str, Any]]:
        ended = self.run([str(self.artifacts / "waybill.pex"), "verify", "--json", *flags])
        assert ended.stdout, ended.stderr[-3000:]
        return ended.returncode, dict(json.loads(ended.stdout))

    def count_with_spark(self, folder: Path) -> int:
        script = self.folder / "count.py"
        script.write_text(COUNT)
        submit = str(Path(self.env["SPARK_HOME"]) / "bin" / "spark-submit")
        ended = self.run([submit, "--master", "local[1]", "--conf", QUICK_START, str(script), str(folder)])
        assert ended.returncode == 0, ended.stderr[-3000:]
        return int(ended.stdout.splitlines()[-1])

    def await_moment(self, process: subprocess.Popen[str], moment: Callable[[], bool]) -> None:
        """Returns as soon as ``moment`` has come; fails where the run ends before it."""
        wait_until(moment, lambda: self.log_of(process), seconds=BOUND_SECONDS, pause=0.001, process=process)

    def kill_group_when(self, process: subprocess.Popen[str], moment: Callable[[], bool]) -> None:
        """SIGKILL for the driver, its JVM and its local workers, as soon as ``moment`` has come."""
        self.await_moment(process, moment)
        # `waybill submit` starts spark-submit in a session of its own, so that is the group to kill.
        for child in children(process.pid):
            os.killpg(child, signal.SIGKILL)
        process.wait(timeout=60)

    def stop(self) -> None:
        """Ends every run that still goes on."""
        for process in self.started:
            if process.poll() is None:
                for child in children(process.pid):
                    os.killpg(child, signal.SIGKILL)
                process.kill()
                process.wait(timeout=60)

    def log_of(self, process: subprocess.Popen[str]) -> str:
        index = self.started.index(process)
        return (self.folder / f"submit-{index}.log").read_text()[-5000:]

    def ledger(self, kind: str) -> list[dict[str, Any]]:
        """The manifests or receipts so far, in order."""
        keys = sorted(key for key in self.lake.keys("_waybill") if key.endswith(f".{kind}.json"))
        return [json.loads(self.lake.get(key) or b"") for key in keys]

    def objects(self, prefix: str) -> list[str]:
        """Keys of the Parquet objects below ``data`` or ``dead_letters``."""
        return sorted(key for key in self.lake.keys(prefix) if key.endswith(".parquet"))

    def _submit_command(self, arguments: tuple[str, ...]) -> list[str]:
        bundle = str(self.artifacts / "spark_app.zip")
        words = [str(self.artifacts / "waybill.pex"), "submit", "--bundle", bundle, "--master", self.master]
        words += ["--jars-dir", str(self.jars), *self.flags]
        for pair in ("spark.ui.enabled=false", QUICK_START, *self.conf):
            words += ["--conf", pair]
        return [*words, "--", *arguments]

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        ended = subprocess.run(
            command,
            env=self.env,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=BOUND_SECONDS,
            check=False,
        )
        self.said += [ended.stdout, ended.stderr]
        return ended
