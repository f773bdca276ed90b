"""Finding the Spark installation."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from waybill_common.errors import EnvironmentMissing
from waybill_common.java_home import on_path
from waybill_common.settings import machine_environment

RELEASE = "4.2."
"""The application's Kafka jars are those of Spark 4.2, whose internals they use."""

_CORE = re.compile(r"spark-core_[0-9.]+-(.+)\.jar")
_WHERE_PYSPARK = "import importlib.util as u; s = u.find_spec('pyspark'); print(s.origin if s else '')"


def find_spark(given: str | None, spark_home: str | None, search_path: str | None) -> Path:
    """``given``, else SPARK_HOME, else the spark-submit on PATH, else the pyspark of the python3.11 on PATH.

    Raises ``EnvironmentMissing`` where the first of these that is there is not Spark 4.2, or none is.
    """
    for where, home in _candidates(given, spark_home, search_path):
        version = spark_version(home)
        if version is None:
            raise _missing(f"{where} is {home}, which is no Spark installation.")
        if not version.startswith(RELEASE):
            raise _missing(f"{where} is Spark {version} ({home}).")
        return home.absolute()
    raise _missing("There is no Spark: no SPARK_HOME, no spark-submit on PATH, no pyspark in python3.11.")


def has_spark(given: str | None, spark_home: str | None, search_path: str | None) -> bool:
    """Whether any of these is there, of use or not."""
    return next(_candidates(given, spark_home, search_path), None) is not None


def spark_version(home: Path) -> str | None:
    """The version in the name of its core jar; distributions and pip's pyspark both have it."""
    found = [
        match for jar in (home / "jars").glob("spark-core_*.jar") if (match := _CORE.fullmatch(jar.name))
    ]
    return found[0][1] if found and (home / "bin" / "spark-submit").is_file() else None


def _candidates(
    given: str | None, spark_home: str | None, search_path: str | None
) -> Iterator[tuple[str, Path]]:
    if given:
        yield "--spark-home", Path(given)
    elif spark_home:
        yield "SPARK_HOME", Path(spark_home)
    else:
        submit = on_path("spark-submit", search_path)
        if submit:
            yield "the spark-submit on PATH", _home_of(submit.resolve())
        # Each on the PATH: a PEX puts its own Python in front.
        for folder in (search_path or "").split(os.pathsep):
            python = on_path("python3.11", folder)
            pyspark = _pyspark_of(python) if python else None
            if pyspark:
                yield f"the pyspark of {python}", pyspark
                return


def _home_of(submit: Path) -> Path:
    """A distribution's spark-submit is in its bin; pip puts a copy of that into the environment's bin."""
    home = submit.parent.parent
    in_environment = sorted(home.glob("lib/python3*/site-packages/pyspark"))
    return in_environment[0] if in_environment and not (home / "jars").is_dir() else home


def _pyspark_of(python: Path) -> Path | None:
    try:
        asked = subprocess.run(
            [python, "-P", "-c", _WHERE_PYSPARK],
            # Which our own PEX has set: a pyspark of the user's site is as good.
            env={name: text for name, text in machine_environment().items() if name != "PYTHONNOUSERSITE"},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = asked.stdout.splitlines()
    return Path(lines[-1]).parent if lines and lines[-1] else None


def _missing(found: str) -> EnvironmentMissing:
    return EnvironmentMissing(
        found,
        allowed=f"Spark {RELEASE}x.",
        remedy="pip install pyspark==4.2.0 for python3.11, or set SPARK_HOME or --spark-home to an installation.",
    )
