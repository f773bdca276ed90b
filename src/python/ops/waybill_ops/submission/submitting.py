"""Running spark-submit: its exit code is ours, and the first signal lets the commit in hand be finished."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
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
    log = structlog.get_logger()
    with _lifeline(stop_file.with_name("lifeline")) as lifeline:
        words = [*command, f"--lifeline={lifeline}"]
        try:
            process = subprocess.Popen(words, env=dict(env), start_new_session=True)
        except OSError as error:
            raise EnvironmentMissing(
                f"{command[0]} can't be started: {error.strerror or error}.",
                allowed="a spark-submit that this user may run, with words and variables of at most some 2 MB.",
                remedy="correct the installation that SPARK_HOME or --spark-home names, or shorten what it is given.",
            ) from error

        def asked(number: int, _frame: object) -> None:
            name = signal.Signals(number).name
            if number == signal.SIGHUP:
                let_go_of_terminal()
            if not stop_file.exists():
                log.warning("stopping_after_this_commit", signal=name, again="ends it at once")
                stop_file.touch()
            elif number != signal.SIGHUP:
                log.warning("ending_at_once", signal=name)
                if process.returncode is None:
                    os.killpg(process.pid, signal.SIGKILL)

        before = {number: signal.signal(number, asked) for number in asking_to_end()}
        try:
            code = process.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    return code if code >= 0 else 128 - code


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
