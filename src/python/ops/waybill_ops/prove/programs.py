"""The programs that are disturbed, each the head of a process group of its own. Every wait is bounded."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from waybill_common.errors import OK, DriverFenced
from waybill_common.settings import machine_environment
from waybill_common.signals import asking_to_end, let_go_of_terminal
from waybill_ops.prove import guard as script

LIMIT = 600.0
"""Seconds that a program may take; then it is killed."""

KILLED = 128 + signal.SIGKILL
"""The exit code of what SIGKILL ended."""

_START = "import runpy, sys; sys.path[:] = {path!r}; runpy.run_module('waybill_ops', run_name='__main__')"

_EXPECTED = (OK, DriverFenced.exit_code, KILLED, 128 + signal.SIGTERM)
_GRACE = 30.0
_TAIL = 3000


def this_program(*words: str) -> tuple[str, ...]:
    """The command of the same program once more, with the modules of this one and no others: ``-m`` would look in the
    current folder and in PYTHONPATH first."""
    return (sys.executable, "-P", "-E", "-s", "-c", _START.format(path=sys.path), *words)


class Guard:
    """The process that kills the programs' groups where this one is killed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", script.__file__],
            env=machine_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def keep(self, group: int) -> None:
        self._tell(f"+{group}")

    def let_go(self, group: int) -> None:
        """To be called when the group's leader has ended: its number may be another's soon."""
        self._tell(f"-{group}")

    def dismiss(self) -> None:
        self._process.communicate(timeout=_GRACE)

    def _tell(self, change: str) -> None:
        """Nothing where it is dismissed, or was killed: what is started is ended by the block, too."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            with suppress(BrokenPipeError):
                self._process.stdin.write(f"{change}\n")
                self._process.stdin.flush()


@dataclass
class Program:
    """A started process. ``output`` has its stdout, ``log`` its stderr."""

    name: str
    process: subprocess.Popen[bytes]
    output: Path
    log: Path
    began: float
    guard: Guard

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """To the whole group; nothing where the process is over and reaped, since its number may be another's then."""
        if self.runs:
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """SIGKILL, which also ends a group that is stopped."""
        self.signal(signal.SIGKILL)
        self.process.wait(_GRACE)
        self.guard.let_go(self.process.pid)

    def code(self) -> int:
        """Its exit code, once it is over; 128 + the signal's number where one ended it.

        The end of its log is passed on where no fault of ours explains the code.
        """
        try:
            self.process.wait(max(0.1, self.began + LIMIT - time.monotonic()))
        except subprocess.TimeoutExpired:
            structlog.get_logger().error("took_too_long", program=self.name, seconds=LIMIT, log=str(self.log))
            self.kill()
        code = self.process.wait(_GRACE)
        self.guard.let_go(self.process.pid)
        code = code if code >= 0 else 128 - code
        if code not in _EXPECTED:
            structlog.get_logger().warning("ended", program=self.name, code=code, log=self.tail())
        return code

    def lines(self) -> list[str]:
        """The whole lines that it has written to stdout so far."""
        return [line for line in self.output.read_text().splitlines(keepends=True) if line.endswith("\n")]

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-_TAIL:]


@dataclass
class Programs:
    """Starts them, with logs in ``folder``; what they leave in their temporary folder goes with them.

    A killed driver leaves its copies of the bundle's files there.
    """

    folder: Path
    guard: Guard
    started: list[Program] = field(default_factory=list)

    @property
    def work(self) -> Path:
        return self.folder / "work"

    def start(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> Program:
        base = self.folder / f"{len(self.started):03d}-{name}"
        output, log = base.with_suffix(".out"), base.with_suffix(".log")
        with output.open("wb") as out, log.open("wb") as err:
            process = subprocess.Popen(
                argv,
                env={"SPARK_LOCAL_DIRS": str(self.work), **env, "TMPDIR": str(self.work)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        self.guard.keep(process.pid)
        program = Program(name, process, output, log, time.monotonic(), self.guard)
        self.started.append(program)
        return program


@contextmanager
def programs_in(folder: Path) -> Iterator[Programs]:
    """Ends what still runs, however the block ends; SIGTERM and SIGHUP end it as Ctrl-C does.

    Where this process ends without leaving the block, by SIGKILL, the guard ends them.
    """
    programs = Programs(folder, Guard())
    programs.work.mkdir()
    numbers = asking_to_end()

    def asked(given: int, _frame: object) -> None:
        if given == signal.SIGHUP:
            let_go_of_terminal()
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, asked) for number in numbers}
    try:
        yield programs
    finally:
        for program in programs.started:
            program.kill()
        programs.guard.dismiss()
        # Workers of a killed driver may live, and write, a moment longer than it.
        shutil.rmtree(programs.work, ignore_errors=True)
        for number, handler in before.items():
            signal.signal(number, handler)
