"""A spark-submit that runs: its exit code, and what signals do to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from waybill_ops.submission.run import run_submit

PATH = os.pathsep.join(entry for entry in sys.path if entry)
RUN = "import os, sys; from pathlib import Path; from waybill_ops.submission.run import run_submit; "
RUN += "sys.exit(run_submit(sys.argv[2:], os.environ, Path(sys.argv[1])))"
LIVES = (
    "import sys, time; from pathlib import Path; print('up', flush=True)\n"
    "while not Path(sys.argv[1]).exists(): time.sleep(0.02)\n"
    "sys.exit(7)"
)
DEAF = "import time; print('up', flush=True); time.sleep(60)"


def start(stop: Path, code: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RUN, str(stop), sys.executable, "-c", code, str(stop)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": PATH}
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_signal_asks_for_an_end_and_passes_the_exit_code_on(
    number: signal.Signals, tmp_path: Path
) -> None:
    process = start(tmp_path / "stop", LIVES)
    process.send_signal(number)
    assert end(process) == 7


def test_the_second_signal_ends_the_whole_group(tmp_path: Path) -> None:
    process = start(tmp_path / "stop", DEAF)
    process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 10
    while not (tmp_path / "stop").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert end(process) == 137
