"""The audit from a page: ``waybill verify`` as a process of its own, one at a time, and what the last ones said."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog

from waybill_common.printable import printable

_MAIN = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from waybill_ops.cli import main
sys.exit(main(["verify", "--json", "--stream=" + sys.argv[2]]))
"""
_GRACE = 2.0
_MOST_OUTPUT = 16 * 1024 * 1024
_TAIL = 4000


@dataclass(frozen=True)
class Verified:
    """One audit that is over. ``report`` is its JSON, None where there is none: then ``told`` says why."""

    stream: str
    began: datetime
    seconds: float
    code: int
    report: Mapping[str, Any] | None
    told: str

    @property
    def verdict(self) -> str:
        return str(self.report["verdict"]) if self.report else "no verdict"

    @property
    def redriven(self) -> Mapping[str, Any] | None:
        """What it says of what was redriven, where there is such a dataset: a report, or what kept it from one."""
        found = self.report.get("redriven") if self.report else None
        return found if isinstance(found, dict) else None

    @property
    def told_lines(self) -> str:
        """Its message, without the log's lines before it."""
        _, found, message = self.told.partition("waybill: ")
        return "\n".join(map(printable, (found + message or self.told).splitlines()))


@dataclass
class Verifier:
    """``environ`` has this console's settings as variables. ``last`` is the last audit of any stream, ``running`` the
    stream of the last that was started.
    """

    environ: Mapping[str, str]
    last: Verified | None = None
    began: datetime | None = None
    running: str = ""
    _ended: dict[str, Verified] = field(default_factory=dict, repr=False)
    _task: asyncio.Task[None] | None = field(default=None, repr=False)
    _since: float = 0.0

    @property
    def is_running(self) -> bool:
        return self._task is not None and not self._task.done()

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._since if self.is_running else 0.0

    def last_of(self, stream: str) -> Verified | None:
        return self._ended.get(stream)

    def runs_for(self, stream: str) -> bool:
        return self.is_running and self.running == stream

    def start(self, stream: str) -> bool:
        """False where one runs already, of this stream or another."""
        if self.is_running:
            return False
        self.running = stream
        self.began, self._since = datetime.now(UTC), time.monotonic()
        self._task = asyncio.create_task(self._run(stream, self.began))
        return True

    async def close(self) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=2 * _GRACE)

    async def _run(self, stream: str, began: datetime) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", _MAIN, json.dumps(sys.path), stream),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(self.environ),
            limit=_MOST_OUTPUT,
        )
        try:
            out, err = await process.communicate()
        finally:
            await _end(process)
        seconds = time.monotonic() - self._since
        told = err.decode(errors="replace")[-_TAIL:]
        self.last = Verified(stream, began, seconds, process.returncode or 0, _report(out), told)
        self._ended[stream] = self.last
        structlog.get_logger().info(
            "verified", stream=stream, verdict=self.last.verdict, seconds=round(seconds, 1)
        )


async def _end(process: asyncio.subprocess.Process) -> None:
    """Nothing where it is over."""
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _GRACE)
        except TimeoutError:
            process.kill()


def _report(out: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(out)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "verdict" in found else None
