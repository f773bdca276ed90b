"""Programs that are measured: started with an environment of their own, watched, and ended."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from waybill_bench.meter import Meter
from waybill_common.errors import ServiceNotReady
from waybill_sandbox.process import Child, Command


@dataclass(frozen=True)
class Ended:
    """A program that ended with 0: when (``time.time()``), what it used, and what it wrote to stdout and stderr."""

    began: float
    ended: float
    meter: Meter
    output: str
    log: str

    @property
    def seconds(self) -> float:
        return self.ended - self.began


def run_program(
    name: str, argv: tuple[str, ...], env: Mapping[str, str], room: Path, *, limit: float
) -> Ended:
    """Run it in ``room``, for ``limit`` seconds at most. Raises ``ServiceNotReady`` for any end but exit code 0."""
    output, log = room / f"{name}.out", room / f"{name}.log"
    output.unlink(missing_ok=True)
    log.unlink(missing_ok=True)
    began = time.time()
    child = Child(Command(name, argv, env, log, cwd=room, output=output))
    try:
        with Meter(child.pid) as meter:
            await_success(child, limit)
            ended = time.time()
    finally:
        child.kill()
    return Ended(began, ended, meter, output.read_text(), log.read_text())


def await_success(child: Child, limit: float) -> None:
    """Raises ``ServiceNotReady``, with the log's last lines, for any end but exit code 0 within ``limit`` seconds."""
    code = child.wait(limit)
    if code == 0:
        return
    what = f"took more than {limit:g} s" if code is None else f"ended with exit code {code}"
    raise ServiceNotReady(
        f"{child.command.name} {what}. The end of {child.command.log}:\n{child.log_tail()}\n",
        allowed="exit code 0.",
        remedy="mend what the log names.",
    )


def module_command(
    name: str, module: str, arguments: tuple[str, ...], room: Path, machine: Mapping[str, str]
) -> Command:
    """A module of this package as a program of its own, by this very Python and with its paths."""
    env = {**machine, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    argv = (sys.executable, "-P", "-m", f"waybill_bench.flow.{module}", *arguments)
    return Command(name, argv, env, room / f"{name}.log", cwd=room, output=room / f"{name}.out")
