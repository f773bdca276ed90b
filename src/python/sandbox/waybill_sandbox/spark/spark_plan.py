"""What a Spark cluster is to look like, and the words that start its processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from waybill_sandbox.ports import LOOPBACK
from waybill_sandbox.process import Command

# For processes that do next to nothing: up in half the time, in half the memory. Without REST there is one port less.
DAEMON_FLAGS = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dspark.master.rest.enabled=false"


@dataclass(frozen=True)
class Installation:
    """``env`` is what executors need besides: a PATH with python3.11 on it."""

    spark_home: Path
    java_home: Path
    env: Mapping[str, str]


@dataclass(frozen=True)
class SparkNodePlan:
    """A master or a worker with its two ports; everything that it and its executors write lies in ``folder``."""

    name: str
    port: int
    ui_port: int
    folder: Path

    @property
    def work_folder(self) -> Path:
        """A worker's: one folder for each application, and in that one for each executor."""
        return self.folder / "work"


@dataclass(frozen=True)
class SparkPlan:
    """Worker 1 is the first of ``workers``."""

    master: SparkNodePlan
    workers: tuple[SparkNodePlan, ...]

    @property
    def url(self) -> str:
        return f"spark://{LOOPBACK}:{self.master.port}"


def master_command(installed: Installation, plan: SparkPlan) -> Command:
    return _command(installed, plan.master, "master.Master")


def worker_command(installed: Installation, plan: SparkPlan, number: int) -> Command:
    """One core, so that a worker runs one task at a time. Its memory is a number to plan with; nothing enforces it."""
    node = plan.workers[number - 1]
    size = ("--cores", "1", "--memory", "1g", "--work-dir", str(node.work_folder))
    return _command(installed, node, "worker.Worker", *size, plan.url)


def _command(installed: Installation, node: SparkNodePlan, program: str, *arguments: str) -> Command:
    where = ("--host", LOOPBACK, "--port", str(node.port), "--webui-port", str(node.ui_port))
    env = {
        **installed.env,
        "JAVA_HOME": str(installed.java_home),
        "SPARK_HOME": str(installed.spark_home),
        # Nothing of the machine's own configuration.
        "SPARK_CONF_DIR": str(node.folder),
        # The address of the web interfaces.
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_LOCAL_DIRS": str(node.folder / "local"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": DAEMON_FLAGS,
    }
    start = str(installed.spark_home / "bin" / "spark-class")
    argv = (start, f"org.apache.spark.deploy.{program}", *where, *arguments)
    return Command(node.name, argv, env=env, log=node.folder / "spark.log", cwd=node.folder)
