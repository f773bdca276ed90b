"""Finding a Java that Spark 4 and Kafka 4 run on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from waybill_common.errors import EnvironmentMissing
from waybill_common.redaction import beginning
from waybill_common.settings import machine_environment

RELEASES = (17, 21)
"""The releases that both Spark 4.2 and Kafka 4.3 support."""

# At a line's begin: JAVA_TOOL_OPTIONS are repeated before it, whatever they hold.
_VERSION = re.compile(r'^\w+ version "(\d+)(?:\.(\d+))?', re.MULTILINE)
_ALLOWED = "Java 17 or 21."
_REMEDY = "install Java 17 (on Debian: apt-get install openjdk-17-jre-headless) or point JAVA_HOME to one."


def find_java(java_home: str | None, search_path: str | None) -> Path:
    """The ``java`` of JAVA_HOME where that is set, else the first one on PATH.

    Raises EnvironmentMissing where there is none, or it is of another release than 17 or 21.
    """
    if java_home:
        java: Path | None = Path(java_home) / "bin" / "java"
        where = f"in JAVA_HOME ({java_home})"
    else:
        java = on_path("java", search_path)
        where = "on PATH"
    if java is None or not java.is_file():
        raise EnvironmentMissing(f"There is no java {where}.", allowed=_ALLOWED, remedy=_REMEDY)
    release, said = _release(java)
    if release is None:
        found = f"{java} {where} does not tell its release: {said}."
        raise EnvironmentMissing(found, allowed=_ALLOWED, remedy=_REMEDY)
    if release not in RELEASES:
        raise EnvironmentMissing(f"{java} {where} is Java {release}.", allowed=_ALLOWED, remedy=_REMEDY)
    return java


def on_path(program: str, search_path: str | None) -> Path | None:
    """The first ``program`` in an absolute folder of ``search_path``. One that is relative, or empty, stands for the
    current folder, where somebody else may have put a program of that name.
    """
    folders = [one for one in (search_path or "").split(os.pathsep) if os.path.isabs(one)]  # noqa: PTH117  # a text
    found = shutil.which(program, path=os.pathsep.join(folders))
    return Path(found) if found else None


def parse_release(text: str) -> int | None:
    """The feature release in what ``java -version`` prints: 17 for "17.0.15", 8 for "1.8.0_392"."""
    found = _VERSION.search(text)
    if found is None:
        return None
    first, second = int(found.group(1)), int(found.group(2) or 0)
    return second if first == 1 else first


def _release(java: Path) -> tuple[int | None, str]:
    """The release; where it is None, also what Java said."""
    try:
        done = subprocess.run(
            [java, "-version"],
            env=machine_environment(),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, str(error)
    said = done.stderr + done.stdout
    told = beginning(" ".join(said.split()), 300).rstrip(".")
    return parse_release(said), told or f"exit code {done.returncode} without a word"
