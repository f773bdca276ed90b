"""Running spark-submit: its exit code is ours, and the first signal lets the commit in hand be finished."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

import structlog


def run_submit(command: Sequence[str], env: Mapping[str, str], stop_file: Path) -> int:
    """The command's exit code, 128 + the signal's number where one ended it.

    It runs in a session of its own, so that a terminal's Ctrl-C does not reach the JVM. The first SIGTERM or SIGINT
    creates ``stop_file``, for which the application looks between commits; the second ends the whole group.
    """
    process = subprocess.Popen(command, env=dict(env), start_new_session=True)
    log = structlog.get_logger()

    def asked(number: int, _frame: object) -> None:
        name = signal.Signals(number).name
        if not stop_file.exists():
            log.warning("stopping_after_this_commit", signal=name, again="ends it at once")
            stop_file.touch()
            return
        log.warning("ending_at_once", signal=name)
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)

    before = {number: signal.signal(number, asked) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code
