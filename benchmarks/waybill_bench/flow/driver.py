"""Waybill's Spark application without an end: started, stopped and killed as by a supervisor."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from waybill_bench.engines import submit_command
from waybill_bench.flow.dataset import await_moment
from waybill_bench.flow.program import await_success
from waybill_bench.world import World
from waybill_sandbox.process import Child, Command

START_SECONDS = 90.0
_STOP_SECONDS = 60.0


class Driver:
    """A driver with a processing-time trigger, one start at a time. Leave its context to end whatever runs."""

    def __init__(self, world: World, settings: Mapping[str, str], room: Path) -> None:
        """``settings`` is the environment. Nothing runs before ``start``."""
        self._command = Command(
            "waybill submit", submit_command(world), settings, room / "delivery.log", cwd=room
        )
        self._child: Child | None = None

    def start(self) -> None:
        self._child = Child(self._command)

    def stop(self) -> None:
        """SIGTERM: the commit in hand is finished. Raises ``ServiceNotReady`` for another exit code than 0."""
        if self._child is not None:
            self._child.terminate()
            await_success(self._child, _STOP_SECONDS)
            self._end()

    def kill(self) -> None:
        """SIGKILL for spark-submit's process group: the JVM and the Python driver in it. Returns at once."""
        spark = self._spark()
        if spark is None:
            raise ProcessLookupError("no spark-submit runs")
        os.killpg(spark, signal.SIGKILL)

    def restart(self) -> None:
        """What a supervisor does as soon as a driver is gone."""
        gone = self._child
        self.start()
        if gone is not None:
            gone.kill()

    def await_start(self) -> None:
        """Returns when spark-submit runs."""
        await_moment("the start of spark-submit", lambda: self._spark() is not None, START_SECONDS)

    def _spark(self) -> int | None:
        """``waybill submit`` starts spark-submit as the leader of a session of its own."""
        if self._child is None:
            return None
        for submit in _children(self._child.pid):
            for spark in _children(submit):
                if os.getsid(spark) == spark:
                    return spark
        return None

    def _end(self) -> None:
        if self._child is not None:
            spark = self._spark()
            if spark is not None:
                os.killpg(spark, signal.SIGKILL)
            self._child.kill()
            self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
