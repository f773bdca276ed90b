"""Starting, killing, restarting and stopping a Spark cluster."""

from __future__ import annotations

import json
import urllib.request
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from waybill_sandbox.ports import LOOPBACK, free_ports, listens
from waybill_sandbox.process import Child
from waybill_sandbox.spark.spark_plan import (
    Installation,
    SparkNodePlan,
    SparkPlan,
    master_command,
    worker_command,
)

START_SECONDS = 90.0
STOP_SECONDS = 8.0
MASTER = 0


class SparkCluster:
    """A standalone master, node 0, and its workers, from node 1. Use it as a context manager, or call ``stop``."""

    def __init__(self, installed: Installation, folder: Path, *, workers: int = 2) -> None:
        """Plans a cluster on free ports; ``start`` starts it."""
        self._installed = installed
        ports = iter(free_ports(2 * (workers + 1)))
        names = ("Spark master", *(f"Spark worker {number}" for number in range(1, workers + 1)))
        master, *others = (
            SparkNodePlan(name, next(ports), next(ports), folder.absolute() / f"spark-{number}")
            for number, name in enumerate(names)
        )
        self.plan = SparkPlan(master, tuple(others))
        self._running: dict[int, Child] = {}

    @property
    def url(self) -> str:
        """What spark-submit takes as ``--master``."""
        return self.plan.url

    @property
    def workers(self) -> range:
        """The workers' numbers, those that are down included."""
        return range(1, len(self.plan.workers) + 1)

    def start(self) -> Self:
        """Starts what does not run; returns when every worker has registered.

        Raises ServiceNotReady, with nothing left running, when that takes too long.
        """
        try:
            for node in (MASTER, *self.workers):
                if node not in self._running:
                    self._launch(node)
            master = self._running[MASTER]
            master.await_ready(partial(listens, self.plan.master.ui_port), START_SECONDS)
            everyone = len(self.plan.workers)
            master.await_ready(lambda: alive_workers(self.plan.master.ui_port) == everyone, START_SECONDS)
        except BaseException:
            self.stop()
            raise
        return self

    def kill(self, node: int) -> None:
        """SIGKILL for the master, or for a worker and its executors at once, as a power cut.

        Their Python processes end by themselves a moment later, when they notice.
        """
        self._running.pop(node).kill()

    def pids(self) -> dict[int, int]:
        """The process group of each running node."""
        return {node: child.pid for node, child in self._running.items()}

    def executor_logs(self, worker: int) -> list[Path]:
        """What the executors of a worker have written to stderr, one file for each."""
        return sorted(self.plan.workers[worker - 1].work_folder.glob("app-*/*/stderr"))

    def stop(self) -> None:
        """Ends all nodes: asked first, killed after 8 s."""
        for child in self._running.values():
            child.terminate()
        for child in self._running.values():
            child.stop(STOP_SECONDS)
        self._running.clear()

    def _launch(self, node: int) -> None:
        command = (
            worker_command(self._installed, self.plan, node)
            if node
            else master_command(self._installed, self.plan)
        )
        command.log.parent.mkdir(parents=True, exist_ok=True)
        self._running[node] = Child(command)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def alive_workers(ui_port: int) -> int:
    """How many workers the master counts as alive; 0 while it does not answer, or answers with its page: for a moment
    it serves that under every address."""
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{ui_port}/json/", timeout=5) as reply:
            return int(json.load(reply)["aliveworkers"])
    except (OSError, json.JSONDecodeError):
        return 0
