"""The spark-submit command. Pure: paths and choices in, words out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from waybill_ops.submission.bundle import PEX
from waybill_ops.submission.bundle import Bundle


@dataclass(frozen=True)
class Submission:
    """``conf`` are ``key=value`` of the caller and win over ours; ``arguments`` go to the application."""

    spark_home: Path
    master: str
    bundle: Bundle
    jars: tuple[Path, ...]
    conf: tuple[str, ...]
    stop_file: Path
    arguments: tuple[str, ...]


def submit_command(submission: Submission) -> tuple[str, ...]:
    """Settings and secrets are not in it: they travel as ``WAYBILL_…`` variables, which client mode inherits."""
    bundle = submission.bundle
    words = [str(submission.spark_home / "bin" / "spark-submit"), "--master", submission.master]
    words += ["--deploy-mode", "client", "--files", str(bundle.pex)]
    words += ["--jars", ",".join(str(jar) for jar in submission.jars)]
    for pair in (*_python(submission.master, bundle), *submission.conf):
        words += ["--conf", pair]
    return (*words, str(bundle.launcher), "--stop-file", str(submission.stop_file), *submission.arguments)


def _python(master: str, bundle: Bundle) -> Sequence[str]:
    """On a local master workers do not start in the folder of ``--files``; elsewhere the PEX has no other path."""
    driver = f"spark.pyspark.driver.python={bundle.pex}"
    if master == "local" or master.startswith("local["):
        return (driver, f"spark.pyspark.python={bundle.pex}")
    return (driver, f"spark.pyspark.python=./{PEX}", "spark.executorEnv.PEX_ROOT=./.pex")
