"""Starts programs in the time of a fork: they come from one process that has made their imports.

Each is a process of its own with a process group of its own, as a kill wants it; only the interpreter's start is
shared. Run as ``python -m faults.zygote`` it serves requests on stdin, and ends with all it started when that ends.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, Self

from waybill_sandbox.process import LOG_TAIL_LINES, Command

MODULES = ("faults.drive", "faults.drive_local", "faults.held", "faults.set_back", "waybill_producer.cli")
"""What can be started: each has a ``main()`` that returns an exit code."""

_POLL_SECONDS = 0.01


class Zygote:
    """The process that forks. Use it as a context manager."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "faults.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # One thread: no other may hold a lock when it forks.
            env={**env, "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
            text=True,
        )

    def start(self, command: Command) -> Forked:
        """``command.argv`` is a module of ``MODULES`` with its arguments."""
        command.log.touch()
        asked = {
            "argv": command.argv,
            "env": dict(command.env),
            "log": str(command.log),
            "cwd": str(command.cwd),
        }
        return Forked(self, command, int(self.ask({**asked, "output": str(command.output)})))

    def ask(self, request: Mapping[str, object]) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        with self._lock:
            stdin.write(json.dumps(request) + "\n")
            stdin.flush()
            return json.loads(stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(30)


class Forked:
    """As ``waybill_sandbox.process.Child``, as far as programs under test need it."""

    def __init__(self, zygote: Zygote, command: Command, pid: int) -> None:
        self.command, self.pid = command, pid
        self._zygote = zygote
        self._code: int | None = None

    def wait(self, timeout: float) -> int | None:
        deadline = time.monotonic() + timeout
        while self._code is None:
            self._code = self._zygote.ask({"wait": self.pid})
            if self._code is None:
                if time.monotonic() > deadline:
                    return None
                time.sleep(_POLL_SECONDS)
        return self._code

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self.wait(30)

    def log_tail(self) -> str:
        return "\n".join(self.command.log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])

    def _signal(self, number: signal.Signals) -> None:
        if self._code is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)


def serve() -> None:
    for name in MODULES:
        importlib.import_module(name)
    living: set[int] = set()
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            pid, status = os.waitpid(request["wait"], os.WNOHANG)
            living.discard(pid)
            code = None if pid == 0 else os.waitstatus_to_exitcode(status)
            answer = 128 - code if code is not None and code < 0 else code
        else:
            answer = os.fork()
            if answer == 0:
                _become(request)
            living.add(answer)
            # Its group is made by itself a moment later; a signal must not come before.
            with contextlib.suppress(OSError):
                os.setpgid(answer, answer)
        print(json.dumps(answer), flush=True)
    for pid in living:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _become(request: Mapping[str, Any]) -> NoReturn:
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    for stream, path in ((1, request["output"]), (2, request["log"])):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(Path(request["cwd"]))
    os.environ.clear()
    os.environ.update(request["env"])
    name, *arguments = request["argv"]
    sys.argv = [name, *arguments]
    code = 1
    try:
        code = importlib.import_module(name).main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001  # a traceback and exit code 1, as of any program
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
