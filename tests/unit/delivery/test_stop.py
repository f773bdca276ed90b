"""A run that is asked to end, in each of the ways, and one that does not heed it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from waybill_delivery.stop_signals import ENDED

RUN = """
import sys, time
from pathlib import Path
import structlog
from waybill_delivery.stop_signals import StopSignals
structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))
within, heeds = float(sys.argv[2]), sys.argv[3] == "heeds"
stop = StopSignals(Path(sys.argv[1], "stop"), Path(sys.argv[1], "lifeline"), interrupts=True)
with stop.heeded(within):
    print("up", flush=True)
    while not stop.asked() or not heeds:
        time.sleep(0.01)
print("asked", flush=True)
"""


@dataclass
class Run:
    process: subprocess.Popen[str]
    folder: Path
    lifeline: int

    def let_go(self) -> None:
        os.close(self.lifeline)
        self.lifeline = -1

    def end(self) -> tuple[int, str]:
        out, _ = self.process.communicate(timeout=30)
        return self.process.returncode, out


@contextmanager
def running(
    folder: Path, *, within: float = 60.0, heeds: bool = True, ignoring: bool = False
) -> Iterator[Run]:
    os.mkfifo(folder / "lifeline")
    reading = os.open(folder / "lifeline", os.O_RDONLY | os.O_NONBLOCK)
    lifeline = os.open(folder / "lifeline", os.O_WRONLY)
    os.close(reading)
    path = os.pathsep.join(entry for entry in sys.path if entry)
    ignore = "trap '' HUP; " if ignoring else ""
    python = [sys.executable, "-c", RUN, str(folder), str(within), "heeds" if heeds else "deaf"]
    process = subprocess.Popen(
        ["/bin/sh", "-c", f'{ignore}exec "$@"', "sh", *python],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    run = Run(process, folder, lifeline)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        yield run
    finally:
        process.kill()
        process.wait(30)
        if run.lifeline >= 0:
            run.let_go()


@pytest.mark.parametrize(
    "ask",
    [
        lambda run: run.process.send_signal(signal.SIGTERM),
        lambda run: run.process.send_signal(signal.SIGINT),
        lambda run: run.process.send_signal(signal.SIGHUP),
        lambda run: (run.folder / "stop").touch(),
        lambda run: run.let_go(),
    ],
    ids=["SIGTERM", "Ctrl-C", "SIGHUP", "stop file", "starter gone"],
)
def test_each_way_asks_for_an_end(ask: Callable[[Run], object], tmp_path: Path) -> None:
    with running(tmp_path) as run:
        assert run.process.poll() is None
        ask(run)
        assert run.end() == (0, "asked\n")


def test_who_does_not_end_in_time_is_ended_where_it_stands(tmp_path: Path) -> None:
    with running(tmp_path, within=0.3, heeds=False) as run:
        run.let_go()
        assert run.end() == (ENDED, "")


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_second_sigterm_ends_it_at_once_and_a_second_hangup_does_not(
    second: signal.Signals, tmp_path: Path
) -> None:
    with running(tmp_path, heeds=False) as run:
        for number in (signal.SIGHUP, signal.SIGHUP):
            run.process.send_signal(number)
            time.sleep(0.3)
        run.process.send_signal(signal.SIGTERM)
        time.sleep(0.8)
        assert run.process.poll() is None
        run.process.send_signal(second)
        assert run.end() == (ENDED, "")


def test_a_signal_that_comes_twice_at_once_is_one(tmp_path: Path) -> None:
    """`timeout` sends it to its command, and to the group. Two of one number may become one on their way."""
    with running(tmp_path, heeds=False) as run:
        for number in (signal.SIGTERM, signal.SIGINT):
            run.process.send_signal(number)
        time.sleep(0.8)
        assert run.process.poll() is None
        run.process.send_signal(signal.SIGTERM)
        assert run.end() == (ENDED, "")


def test_a_hangup_is_ignored_where_the_caller_ignores_it(tmp_path: Path) -> None:
    with running(tmp_path, ignoring=True) as run:
        run.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert run.process.poll() is None
        run.let_go()
        assert run.end() == (0, "asked\n")


def test_a_starter_that_was_gone_before_is_noticed(tmp_path: Path) -> None:
    """Nobody ever held the lifeline open while this run did, or even its folder is gone."""
    path = os.pathsep.join(entry for entry in sys.path if entry)
    for folder in (tmp_path, tmp_path / "gone"):
        if folder.exists():
            os.mkfifo(folder / "lifeline")
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(folder), "60", "heeds"],
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "up\nasked\n")
