from __future__ import annotations

import subprocess
import sys

import pytest

from waybill_bench.meter import Meter, Sample

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
