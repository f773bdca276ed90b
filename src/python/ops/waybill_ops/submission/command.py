"""The spark-submit command. Pure: paths and choices in, words out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waybill_common.errors import SettingsRefused
from waybill_common.spark_master import is_local
from waybill_ops.submission.jvm_defaults import DRIVER, EXECUTOR
from waybill_ops.submission.spark_bundle import PEX, Bundle

_NOT_LITERAL = frozenset("#*,?[\\]{}")

_QUICK = "-XX:TieredStopAtLevel=1"
"""The JVMs only hand out splits: their optimising compiler costs an eighth of a run's CPU and saves nothing."""


@dataclass(frozen=True)
class Submission:
    """``conf`` are ``key=value`` of the caller and win over ours; ``arguments`` go to the application.

    ``driver_options`` and ``executor_options`` are those of their JVMs that stand before ours; ``listening`` is what
    ``listening_conf`` says.
    """

    spark_home: Path
    master: str
    bundle: Bundle
    jars: tuple[Path, ...]
    conf: tuple[str, ...]
    stop_file: Path
    arguments: tuple[str, ...]
    driver_options: tuple[str, ...]
    executor_options: tuple[str, ...]
    listening: Mapping[str, str]

    @property
    def binary(self) -> Path:
        return self.spark_home / "bin" / "spark-submit"

    @property
    def files(self) -> tuple[Path, ...]:
        """What Spark copies to executors. On a local master there are none, and the copy has 110 MB."""
        return () if is_local(self.master) else (self.bundle.pex,)

    @property
    def all_conf(self) -> tuple[str, ...]:
        driver, executor = (*self.driver_options, _QUICK), (*self.executor_options, _QUICK)
        jvms = (f"{DRIVER}={' '.join(driver)}", f"{EXECUTOR}={' '.join(executor)}")
        listening = (f"{name}={value}" for name, value in self.listening.items())
        return (*_python(self.master, self.bundle), *jvms, *listening, *self.conf)


def submit_command(submission: Submission) -> tuple[str, ...]:
    """Settings and secrets are not in it: they travel as ``WAYBILL_…`` variables, which client mode inherits.

    Raises ``SettingsRefused`` for a path that Spark would read as something else.
    """
    _check_paths(submission)
    words = [str(submission.binary), "--master", submission.master]
    words += ["--deploy-mode", "client"]
    if submission.files:
        words += ["--files", ",".join(str(file) for file in submission.files)]
    words += ["--jars", ",".join(str(jar) for jar in submission.jars)]
    for pair in submission.all_conf:
        words += ["--conf", pair]
    launcher = str(submission.bundle.launcher)
    return (*words, launcher, "--stop-file", str(submission.stop_file), *submission.arguments)


def submit_parts(submission: Submission, environment: Mapping[str, str]) -> dict[str, Any]:
    """The same for whoever starts spark-submit himself. The stop file is not in it: he has to pass one of his own."""
    _check_paths(submission)
    return {
        "spark_submit": str(submission.binary),
        "environment": dict(environment),
        "application": str(submission.bundle.launcher),
        "files": [str(file) for file in submission.files],
        "jars": [str(jar) for jar in submission.jars],
        "conf": dict(pair.split("=", 1) for pair in submission.all_conf),
        "arguments": list(submission.arguments),
    }


def _check_paths(submission: Submission) -> None:
    """Spark takes ``--files`` and ``--jars`` for lists of patterns, whose files may get another name after a ``#``."""
    for path in (submission.bundle.pex, *submission.jars):
        odd = sorted(set(str(path)) & _NOT_LITERAL)
        if odd:
            raise SettingsRefused(
                f"The path {path} has {odd[0]!r} in it, which Spark does not take as it stands.",
                allowed=f"folders of bundle and jars without any of {' '.join(sorted(_NOT_LITERAL))}.",
                remedy="name others with XDG_CACHE_HOME, --jars-dir, or --bundle with the bundle unpacked.",
            )


def _python(master: str, bundle: Bundle) -> Sequence[str]:
    """On a local master workers do not start in the folder of ``--files``; elsewhere the PEX has no other path."""
    driver = f"spark.pyspark.driver.python={bundle.pex}"
    if is_local(master):
        return (driver, f"spark.pyspark.python={bundle.pex}")
    return (driver, f"spark.pyspark.python=./{PEX}", "spark.executorEnv.PEX_ROOT=./.pex")
