"""Child processes that end with their parent, whatever ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from waybill_common.errors import EnvironmentMissing, ServiceNotReady
from waybill_sandbox import tether

POLL_SECONDS = 0.05
# A killed JVM of some GiB is gone well within this.
GROUP_END_SECONDS = 5.0
LOG_TAIL_LINES = 15


@dataclass(frozen=True)
class Command:
    """What to run. ``env`` is the child's whole environment.

    What it prints is appended to ``log``, or only its stderr where ``output`` names a file for its stdout.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    log: Path
    cwd: Path | None = None
    output: Path | None = None


class Child:
    """A running command with its process group, tethered to this process."""

    def __init__(self, command: Command) -> None:
        """Starts the command.

        Raises EnvironmentMissing where the program doesn't exist; whatever else goes wrong is in the log and shows
        in ``await_ready``.
        """
        self.command = command
        command.log.parent.mkdir(parents=True, exist_ok=True)
        if not Path(command.argv[0]).is_file():
            raise EnvironmentMissing(
                f"The program of {command.name}, {command.argv[0]}, does not exist.",
                allowed="the path of an executable file.",
                remedy="install the program or correct the path.",
            )
        with command.log.open("ab") as log, (command.output or command.log).open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", tether.__file__, *command.argv],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=log,
                env=dict(command.env),
                cwd=command.cwd,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process group's id; ``os.killpg`` reaches the command and all its children."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """The command's exit code (128 + the signal's number where one ended it), None while it runs."""
        code = self._process.poll()
        return code if code is None or code >= 0 else 128 - code

    def wait(self, timeout: float) -> int | None:
        """The exit code, or None when the command still runs after ``timeout`` seconds."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        return self.exit_code()

    def await_ready(self, ready: Callable[[], bool], timeout: float) -> None:
        """Returns once ``ready()`` is true.

        Raises ServiceNotReady, with the log's last lines, if the command ends first or ``timeout`` seconds pass; the
        command is killed then.
        """
        deadline = time.monotonic() + timeout
        while not ready():
            ended = self.exit_code()
            if ended is None and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)
                continue
            self.kill()
            what = (
                f"took more than {timeout:g} s to start" if ended is None else f"ended with exit code {ended}"
            )
            raise ServiceNotReady(
                f"{self.command.name} {what}. The end of {self.command.log}:\n{self.log_tail()}\n",
                allowed=f"a start within {timeout:g} s.",
                remedy="correct what the log names, or run it again on a less busy machine.",
            )

    def log_tail(self) -> str:
        lines = self.command.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_TAIL_LINES:])

    def terminate(self) -> None:
        """Asks the command to end."""
        self._signal(signal.SIGTERM)

    def stop(self, grace: float = 10.0) -> None:
        """Ends the command with SIGTERM, and with SIGKILL what is left of its group after ``grace`` seconds."""
        self.terminate()
        self.wait(grace)
        self.kill()

    def kill(self) -> None:
        """Ends the command and all its children with SIGKILL, and waits for that."""
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._await_end_of_group()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _await_end_of_group(self) -> None:
        """Waits for the children, which aren't ours to reap: killed, they hold their ports and files a while longer."""
        deadline = time.monotonic() + GROUP_END_SECONDS
        while _runs(self.pid) and time.monotonic() < deadline:
            time.sleep(0.005)

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return
        except PermissionError:
            # macOS answers EPERM for a group of which only unreaped processes are left.
            if self._process.poll() is None:
                raise


def _runs(group: int) -> bool:
    """Whether a process of the group still runs. One that has ended and waits for its parent's ``wait`` does not."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    if not Path("/proc/self/stat").exists():
        return True
    return any(_state(stat, group) not in "ZX" for stat in Path("/proc").glob("[0-9]*/stat"))


def _state(stat: Path, group: int) -> str:
    """The state's letter (proc(5)) of a process of the group, "X" (dead) for any other."""
    try:
        state, _, its_group, *_ = stat.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "X"
    return state if int(its_group) == group else "X"
