"""Running spark-submit: its exit code is ours, and the first signal lets the commit in hand be finished."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from waybill_common.errors import EnvironmentMissing
from waybill_common.signals import asking_to_end, let_go_of_terminal


def run_submit(command: Sequence[str], env: Mapping[str, str], stop_file: Path) -> int:
    """The command's exit code, 128 + the signal's number where one ended it.

    It runs in a session of its own, so that a terminal's Ctrl-C does not reach the JVM. The first SIGTERM, SIGINT or
    SIGHUP creates ``stop_file``, for which the application looks between commits; a second SIGTERM or SIGINT ends the
    whole group. However this process ends, SIGKILL included, the application sees that by its lifeline and stops
    likewise.

    Raises ``EnvironmentMissing`` where the command can't be started.
    """
    with _lifeline(stop_file.with_name("lifeline")) as lifeline, _signals_heard(stop_file) as asked:
        words = [*command, f"--lifeline={lifeline}"]
        try:
            process = subprocess.Popen(words, env=dict(env), start_new_session=True)
        except OSError as error:
            raise EnvironmentMissing(
                f"{command[0]} can't be started: {error.strerror or error}.",
                allowed="a spark-submit that this user may run, with words and variables of at most some 2 MB.",
                remedy="correct the installation that SPARK_HOME or --spark-home names, or shorten what it is given.",
            ) from error
        asked.of(process)
        code = process.wait()
    return code if code >= 0 else 128 - code


@dataclass
class _Asked:
    """What signals asked for so far. They may come before there is a process."""

    stop_file: Path
    process: subprocess.Popen[bytes] | None = None
    at_once: bool = False

    def of(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        if self.at_once:
            self._end()

    def hear(self, number: int, _frame: object) -> None:
        log, name = structlog.get_logger(), signal.Signals(number).name
        if number == signal.SIGHUP:
            let_go_of_terminal()
        if not self.stop_file.exists():
            log.warning("stopping_after_this_commit", signal=name, again="ends it at once")
            self.stop_file.touch()
        elif number != signal.SIGHUP:
            log.warning("ending_at_once", signal=name)
            self.at_once = True
            self._end()

    def _end(self) -> None:
        if self.process is not None and self.process.returncode is None:
            os.killpg(self.process.pid, signal.SIGKILL)


@contextmanager
def _signals_heard(stop_file: Path) -> Iterator[_Asked]:
    """From before the command is started: one that came in between would end us, and leave it to its lifeline."""
    asked = _Asked(stop_file)
    before = {number: signal.signal(number, asked.hear) for number in asking_to_end()}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _lifeline(path: Path) -> Iterator[Path]:
    """A FIFO whose writing end only this process holds: the kernel lets go of it with the process.

    A path and not a descriptor, since Java closes these in what it starts.
    """
    os.mkfifo(path, 0o600)
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # else the next would wait for a reader
    writing = os.open(path, os.O_WRONLY)
    os.close(reading)
    try:
        yield path
    finally:
        os.close(writing)
