"""A page's commands, typed one after the other into one shell in an empty folder."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pages.page_steps import PageStep
from pages.shown_output import unlike

MOST_SECONDS = 1500
_TOOLS = {
    "kafka-topics.sh": "org.apache.kafka.tools.TopicCommand",
    "kafka-console-producer.sh": "org.apache.kafka.tools.ConsoleProducer",
    "kafka-console-consumer.sh": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "kafka-delete-records.sh": "org.apache.kafka.tools.DeleteRecordsCommand",
}
"""Kafka's own, as its scripts start them."""

_JVM = "-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"


@dataclass(frozen=True)
class PageFolders:
    """``here`` is where the reader is, empty at first; ``home`` is his home, ``programs`` are what he has installed,
    and ``outputs`` has what each step prints.
    """

    here: Path
    home: Path
    programs: Path
    outputs: Path

    @staticmethod
    def make(below: Path) -> PageFolders:
        found = PageFolders(*(below / name for name in ("here", "home", "programs", "outputs")))
        for one in (found.here, found.home, found.programs, found.outputs):
            one.mkdir(mode=0o700)
        return found


def install(folders: PageFolders, waybill: Path, java: Path, jars: Sequence[Path]) -> None:
    """``waybill``, Kafka's scripts, and a Python that has DuckDB."""
    shutil.copy(waybill, folders.programs / "waybill")
    classpath = shlex.quote(os.pathsep.join(map(str, jars)))
    for name, program in _TOOLS.items():
        _script(folders.programs / name, f'exec {java} {_JVM} -cp {classpath} {program} "$@"')
    path = shlex.quote(os.pathsep.join(sys.path))
    _script(folders.programs / "python3", f'exec env PYTHONPATH={path} {sys.executable} "$@"')


def _script(file: Path, line: str) -> None:
    file.write_text(f"#!/bin/bash\n{line}\n")
    file.chmod(0o755)


def typed(steps: Sequence[PageStep], folders: PageFolders) -> str | None:
    """The first step that fails or prints something else than the page shows, None where there is none. All go through
    one shell, so that what one step sets is there for the next.
    """
    script = ["set -e -o pipefail"]
    for at, step in enumerate(steps):
        commands = folders.outputs / f"{at}.sh"
        commands.write_text(step.commands)
        script.append(f"{{ . {commands}; }} </dev/null >{folders.outputs / str(at)}.txt 2>&1")
    # What a user's shell has, and nothing of this process's settings.
    env = {
        "PATH": f"{folders.programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folders.home),
        "LANG": "C.UTF-8",
    }
    code = _run("\n".join(script), folders.here, env)
    begun = [one for one in (folders.outputs / f"{at}.txt" for at in range(len(steps))) if one.exists()]
    for step, output in zip(steps, begun, strict=False):
        printed = output.read_text(errors="replace")
        if code and output == begun[-1]:
            return f"line {step.line}: {step.commands}ended with {code}, having printed:\n{printed}"
        differing = None if step.shown is None else unlike(step.shown, printed)
        if differing:
            return f"line {step.line}: {step.commands}{differing}"
    return None


def _run(script: str, here: Path, env: dict[str, str]) -> int:
    """The shell's exit code; None of what it has started outlives it."""
    with subprocess.Popen(["/bin/bash", "-c", script], cwd=here, env=env, start_new_session=True) as shell:
        try:
            return shell.wait(MOST_SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the page was not done after {MOST_SECONDS} s") from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
