from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import runs
from waiting import wait_until

from waybill_common.errors import EnvironmentMissing, ServiceNotReady
from waybill_sandbox.process import Child, Command

PATIENCE = 20.0


def python(tmp_path: Path, code: str) -> Command:
    return Command(
        "a child", (sys.executable, "-c", code), env={"PATH": os.environ["PATH"]}, log=tmp_path / "log"
    )


# The child has to be killed, and the kernel takes some 20 ms to free its 200 MB: so long it is there still.
FAMILY = """
import os, subprocess, sys, time
code = "import signal; signal.signal(15, signal.SIG_IGN); x = b'x' * (200 << 20); print(flush=True); signal.pause()"
child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
child.stdout.readline()
open(sys.argv[1] + ".part", "w").write(f"{os.getpid()} {child.pid}")
os.rename(sys.argv[1] + ".part", sys.argv[1])
time.sleep(300)
"""

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(300)
"""

PARENT = """
import pathlib, sys, threading, time
from waybill_sandbox.process import Child, Command
pids = sys.argv[1]
def start():
    global child
    child = Child(Command("family", (sys.executable, "-c", sys.argv[2], pids), env={}, log=pathlib.Path(pids + ".log")))
thread = threading.Thread(target=start)
thread.start()
thread.join()
time.sleep(300)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "terminated"])
def test_children_and_grandchildren_end_with_a_parent_that_is_gone(
    tmp_path: Path, number: signal.Signals
) -> None:
    pids = tmp_path / "pids"
    command = [sys.executable, "-c", PARENT, str(pids), FAMILY]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}) as parent:
        wait_until(pids.exists, "no family")
        family = [int(pid) for pid in pids.read_text().split()]
        assert all(runs(pid) for pid in family), (
            "the thread that started them has ended, and that must not matter"
        )
        parent.send_signal(number)
        parent.wait(PATIENCE)
        wait_until(lambda: not any(runs(pid) for pid in family), "the family lives on")


def test_a_child_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    children: list[Child] = []
    thread = threading.Thread(
        target=lambda: children.append(Child(python(tmp_path, "import time; time.sleep(300)")))
    )
    thread.start()
    thread.join()
    time.sleep(0.3)
    assert children[0].exit_code() is None
    children[0].kill()


@pytest.mark.parametrize("end", [Child.stop, Child.kill], ids=["stop", "kill"])
def test_the_whole_family_has_ended_when_the_call_returns(
    tmp_path: Path, end: Callable[[Child], None]
) -> None:
    pids = tmp_path / "pids"
    child = Child(Command("family", (sys.executable, "-c", FAMILY, str(pids)), env={}, log=tmp_path / "log"))
    wait_until(pids.exists, "no family")
    end(child)
    assert not any(runs(int(pid)) for pid in pids.read_text().split())


def test_stop_kills_what_ignores_being_asked(tmp_path: Path) -> None:
    child = Child(python(tmp_path, STUBBORN))
    child.await_ready(lambda: "up" in (tmp_path / "log").read_text(), PATIENCE)
    began = time.monotonic()
    child.stop(grace=0.3)
    assert 0.3 <= time.monotonic() - began < 30
    assert child.exit_code() == 128 + signal.SIGKILL


@pytest.mark.parametrize(
    ("code", "expected"),
    [("raise SystemExit(0)", 0), ("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 15)", 143)],
    ids=["success", "failure", "signal"],
)
def test_the_exit_code_is_the_commands(tmp_path: Path, code: str, expected: int) -> None:
    child = Child(python(tmp_path, code))
    assert child.wait(PATIENCE) == expected
    child.kill()


def test_a_child_that_ends_early_is_reported_with_its_last_words(tmp_path: Path) -> None:
    child = Child(python(tmp_path, "raise SystemExit('no such port')"))
    with pytest.raises(ServiceNotReady, match=r"exit code 1(.|\n)*no such port"):
        child.await_ready(lambda: False, PATIENCE)


def test_a_child_that_never_gets_ready_is_killed_within_the_bound(tmp_path: Path) -> None:
    child = Child(python(tmp_path, "import time; time.sleep(300)"))
    with pytest.raises(ServiceNotReady, match=r"more than 0\.3 s"):
        child.await_ready(lambda: False, 0.3)
    assert child.exit_code() is not None


def test_the_environment_is_only_what_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYBILL_SECRET_OF_THE_PARENT", "1")
    child = Child(python(tmp_path, "import os; print('WAYBILL_SECRET_OF_THE_PARENT' in os.environ)"))
    child.wait(PATIENCE)
    child.kill()
    assert (tmp_path / "log").read_text() == "False\n"


def test_a_program_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentMissing, match="/no/such/program"):
        Child(Command("nothing", ("/no/such/program",), env={}, log=tmp_path / "log"))
