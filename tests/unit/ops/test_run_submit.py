"""A spark-submit that runs: its exit code, and what signals do to it."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from waiting import wait_until

from waybill_common.errors import EnvironmentMissing
from waybill_ops.submission.submitting import run_submit

PATH = os.pathsep.join(entry for entry in sys.path if entry)
RUN = "import os, sys; from pathlib import Path; from waybill_ops.submission.submitting import run_submit; "
RUN += "sys.exit(run_submit(sys.argv[2:], os.environ, Path(sys.argv[1])))"
LIVES = (
    "import sys, time; from pathlib import Path; print('up', flush=True)\n"
    "while not Path(sys.argv[1]).exists(): time.sleep(0.02)\n"
    "sys.exit(7)"
)
DEAF = "import time; print('up', flush=True); time.sleep(60)"
MOURNS = (
    "import sys; from pathlib import Path\n"
    "lifeline = Path(sys.argv[2].removeprefix('--lifeline=')).open('rb')  # waits for who holds its other end\n"
    "print('up', flush=True); lifeline.read()  # until nobody does\n"
    "Path(sys.argv[1]).with_name('mourned').touch()"
)


def words(stop: Path, code: str) -> list[str]:
    return [sys.executable, "-c", RUN, str(stop), sys.executable, "-c", code, str(stop)]


def start(stop: Path, code: str, *, first: Callable[[], object] | None = None) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        words(stop, code),
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": PATH},
        preexec_fn=first,  # no threads here
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def await_file(path: Path) -> None:
    wait_until(path.exists, f"{path} never came")


def end(process: subprocess.Popen[str]) -> int:
    process.communicate(timeout=30)
    return process.returncode


@pytest.mark.parametrize("code", [0, 1, 20, 35])
def test_the_exit_code_is_the_commands(code: int, tmp_path: Path) -> None:
    command = [sys.executable, "-c", f"raise SystemExit({code})"]
    assert run_submit(command, os.environ, tmp_path / "stop") == code


def test_a_command_that_a_signal_ended_has_that_signals_code(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    assert run_submit(command, os.environ, tmp_path / "stop") == 137


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_first_signal_asks_for_an_end_and_passes_the_exit_code_on(
    number: signal.Signals, tmp_path: Path
) -> None:
    process = start(tmp_path / "stop", LIVES)
    process.send_signal(number)
    assert end(process) == 7


def test_the_second_signal_ends_the_whole_group(tmp_path: Path) -> None:
    process = start(tmp_path / "stop", DEAF)
    process.send_signal(signal.SIGTERM)
    await_file(tmp_path / "stop")
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert end(process) == 137


@pytest.mark.parametrize(("times", "code"), [(1, 7), (2, 137)], ids=["asks for an end", "ends it at once"])
def test_a_signal_that_comes_while_the_command_is_being_started_is_heard(
    times: int, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    popen = subprocess.Popen

    def slowly(*given: Any, **named: Any) -> subprocess.Popen[bytes]:
        process = popen(*given, **named)
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGTERM)
        return process

    monkeypatch.setattr(subprocess, "Popen", slowly)
    code_of = LIVES if times == 1 else DEAF
    assert (
        run_submit([sys.executable, "-c", code_of, str(tmp_path / "stop")], os.environ, tmp_path / "stop")
        == code
    )


def test_a_second_hangup_ends_nothing(tmp_path: Path) -> None:
    process = start(tmp_path / "stop", DEAF)
    process.send_signal(signal.SIGTERM)
    await_file(tmp_path / "stop")
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.3)
    process.send_signal(signal.SIGINT)
    assert end(process) == 137


def test_a_hangup_is_ignored_where_the_caller_ignores_it(tmp_path: Path) -> None:
    process = start(tmp_path / "stop", LIVES, first=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.3)
    assert not (tmp_path / "stop").exists()
    process.send_signal(signal.SIGTERM)
    assert end(process) == 7


def test_a_closed_terminal_asks_for_an_end(tmp_path: Path) -> None:
    ours, its = pty.openpty()
    process = subprocess.Popen(
        words(tmp_path / "stop", LIVES),
        stdin=its,
        stdout=its,
        stderr=its,
        env={**os.environ, "PYTHONPATH": PATH},
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # no threads here
    )
    os.close(its)
    said = b""
    while not said.endswith(b"\n"):  # all of it: what is still being written as the terminal goes would fail
        said += os.read(ours, 64)
    os.close(ours)
    assert process.wait(30) == 7


def test_whoever_is_started_sees_the_end_of_a_submit_that_is_killed(tmp_path: Path) -> None:
    process = start(tmp_path / "stop", MOURNS)
    assert not (tmp_path / "mourned").exists()
    process.kill()
    await_file(tmp_path / "mourned")
    end(process)


@pytest.mark.parametrize("long", [False, True], ids=["not executable", "too long"])
def test_what_can_not_be_started_is_said(long: bool, tmp_path: Path) -> None:
    command = [sys.executable, "x" * 200_000] if long else [str(tmp_path / "spark-submit")]
    (tmp_path / "spark-submit").touch()
    with pytest.raises(EnvironmentMissing, match="can't be started: "):
        run_submit(command, os.environ, tmp_path / "stop")
