"""Running a contender from outside: a process of its own, watched and bounded."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from waybill_bench.meter import Meter
from waybill_sandbox.process import Child, Command

BOUND_SECONDS = 240.0
STOP_SECONDS = 20.0
_TAIL_LINES = 40
_POLL_SECONDS = 0.05


class BenchFailed(RuntimeError):
    """A contender ended badly, took too long, or did not deliver what was sent."""


@dataclass(frozen=True)
class Ran:
    """A finished program. ``began`` and ``ended`` are ``time.time()``; ``output`` is what it printed."""

    began: float
    ended: float
    meter: Meter
    command: Command
    output: str


def run_program(command: Command, until: Callable[[], bool] | None = None) -> Ran:
    """Runs it to its end; with ``until``, until that is true, and then asks it to end.

    Raises BenchFailed, with the log's end and nothing left running, for another exit code than 0 and after
    ``BOUND_SECONDS``.
    """
    began = time.time()
    child = Child(command)
    meter = Meter(child.pid)
    try:
        with meter:
            finished = _await(child, until)
            ended = time.time()
        code = child.exit_code()
        if not finished or (until is None and code != 0):
            what = f"took more than {BOUND_SECONDS:g} s" if code is None else f"ended with {code}"
            raise failure(f"{command.name} {what}", command)
    finally:
        _end(child, meter)
    output = command.output.read_text(errors="replace") if command.output else ""
    return Ran(began, ended, meter, command, output)


def failure(what: str, command: Command) -> BenchFailed:
    """The error, with the end of what the contender wrote. Spark puts a Python driver's errors into its stdout."""
    written = [path for path in (command.log, command.output) if path is not None]
    return BenchFailed("\n".join([f"{what}.", *(_tail(path) for path in written)]))


def _tail(path: Path) -> str:
    lines = path.read_text(errors="replace").splitlines()[-_TAIL_LINES:]
    return "\n".join([f"The end of {path}:", *lines])


def _await(child: Child, until: Callable[[], bool] | None) -> bool:
    """Whether it ended, or ``until`` came true, in time; not if it ended before that."""
    if until is None:
        return child.wait(BOUND_SECONDS) is not None
    deadline = time.monotonic() + BOUND_SECONDS
    while time.monotonic() < deadline and child.exit_code() is None:
        if until():
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _end(child: Child, meter: Meter) -> None:
    """Asks first, and then leaves nothing of it: ``waybill submit`` has its Spark in a session of its own."""
    if child.exit_code() is None:
        child.terminate()
        child.wait(STOP_SECONDS)
    left = meter.pids()
    child.kill()
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
