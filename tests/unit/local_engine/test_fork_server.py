"""The server that forks workers lives through what its group is told; where it dies there is another; nothing stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

STARTS = """
import os, signal, sys
from multiprocessing import forkserver
from pathlib import Path
from waybill_common.settings import LogSettings
from waybill_local.fork_server import start_server
from waybill_local.workers import Workers
if __name__ == "__main__":
    start_server()
    server = forkserver._forkserver._forkserver_pid
    if sys.argv[1] == "SIGKILL":
        os.kill(server, signal.SIGKILL)
    else:
        signal.signal(signal.Signals[sys.argv[1]], lambda *_: None)
        os.kill(0, signal.Signals[sys.argv[1]])
    with Workers(1, LogSettings()):
        stayed = forkserver._forkserver._forkserver_pid == server
        print("stayed" if stayed else "another", *Path(os.environ["TMPDIR"]).iterdir())
"""


@pytest.mark.parametrize(
    ("number", "server"),
    [("SIGTERM", "stayed"), ("SIGINT", "stayed"), ("SIGHUP", "stayed"), ("SIGKILL", "another")],
    ids=["SIGTERM", "Ctrl-C", "SIGHUP", "killed"],
)
def test_workers_start_whatever_the_server_met_and_leave_no_file(
    number: str, server: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTS, number],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        start_new_session=True,
    )
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, [server]), done.stderr
    assert not done.stderr


HAS = """
import os, sys, threading, time
from multiprocessing import forkserver
from pathlib import Path
from waybill_common.settings import LogSettings
from waybill_local.fork_server import start_server
from waybill_local.workers import Workers
if __name__ == "__main__":
    held = open(sys.argv[1])
    if sys.argv[2] == "threads":
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
    start_server()
    server = Path("/proc", str(forkserver._forkserver._forkserver_pid))
    with Workers(1, LogSettings()):
        print(
            "forked" if (server / "cmdline").read_text() == Path("/proc/self/cmdline").read_text() else "begun anew",
            sys.argv[1] in [os.readlink(one) for one in (server / "fd").iterdir()],
            any(one.startswith("WAYBILL_") for one in os.environ),
            flush=True,
        )
    os._exit(0)
"""


@pytest.mark.parametrize(
    ("threads", "how"), [("one", "forked"), ("threads", "begun anew")], ids=["one thread", "a second one"]
)
def test_the_server_is_forked_only_where_no_other_thread_may_hold_a_lock_and_shares_no_file(
    threads: str, how: str, tmp_path: Path
) -> None:
    held = tmp_path / "held"
    held.touch()
    done = subprocess.run(
        [sys.executable, "-c", HAS, str(held), threads],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sys.path),
            "TMPDIR": str(tmp_path),
            "WAYBILL_LOG__LEVEL": "debug",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == [f"{how} False True"], done.stderr
