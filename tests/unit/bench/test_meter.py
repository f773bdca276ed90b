from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from waybill_bench.meter import Meter, Sample
from waybill_bench.processes import proportional_bytes

BUSY = "import time\nwhile time.process_time() < 0.4: pass\n"
OWN_SESSION = (
    f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}], start_new_session=True)"
)


@pytest.mark.parametrize(
    "program", [BUSY, OWN_SESSION], ids=["its own work", "a child in a session of its own"]
)
def test_cpu_of_all_that_a_program_starts_is_counted(program: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    with Meter(process.pid) as meter:
        assert process.wait(60) == 0
    assert 0.1 <= meter.samples[-1].cpu_seconds < 2
    assert meter.peak_bytes > 2**20
    assert meter.pids() == ()


def test_cpu_between_two_samples_is_in_proportion() -> None:
    meter = Meter(0, samples=[Sample(10.0, 2.0, 1), Sample(12.0, 3.0, 5), Sample(13.0, 3.5, 2)])
    assert [meter.cpu_at(moment) for moment in (9, 10, 11, 12.5, 13, 99)] == [0, 2, 2.5, 3.25, 3.5, 3.5]
    assert meter.peak_bytes == 5


def test_a_program_that_still_runs_is_listed() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    )
    meter = Meter(process.pid)
    assert meter.pids() == (process.pid,)
    process.communicate(b"\n", timeout=60)
    assert meter.pids() == ()


SHARING = "import os, time; held = b'x' * 40_000_000; os.fork(); os.write(1, b'1'); time.sleep(60)"


def test_a_page_that_two_processes_share_counts_once() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SHARING], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.read(2) == b"11"
    meter = Meter(process.pid)
    meter.sample()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(60)
    process.stdout.close()
    assert meter.peak_bytes > 80_000_000
    assert 40_000_000 < meter.peak_proportional_bytes < 70_000_000


def test_a_process_that_has_ended_holds_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait(60)
    assert proportional_bytes(process.pid) == 0


TWO = f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', {BUSY!r}]); time.sleep(0.3)"


def test_what_the_command_itself_uses_is_told_apart() -> None:
    tether = [
        sys.executable,
        "-c",
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {TWO!r}])",
    ]
    process = subprocess.Popen(tether, start_new_session=True)
    with Meter(process.pid) as meter:
        assert process.wait(60) == 0
    moment = meter.samples[-1].at
    assert meter.cpu_seconds > 0.3
    assert meter.first_cpu_at(moment) < 0.3
