"""``waybill submit``: run the Spark application from its bundle."""

from __future__ import annotations

import json
import re
import shlex
import tempfile
from argparse import ArgumentParser
from argparse import ArgumentTypeError
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from waybill_common.errors import OK
from waybill_common.errors import SettingsRefused
from waybill_common.jars import fetch_jars
from waybill_common.jars import read_jar_manifest
from waybill_common.java import find_java
from waybill_common.logs import configure_logs
from waybill_common.settings import LogSettings
from waybill_ops.submission.bundle import open_bundle
from waybill_ops.submission.command import Submission
from waybill_ops.submission.command import submit_command
from waybill_ops.submission.command import submit_parts
from waybill_ops.submission.run import run_submit
from waybill_ops.submission.spark import find_spark

HELP = "run the Spark application from its bundle"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--bundle", type=Path, required=True, metavar="ZIP", help="spark_app.zip, or it unpacked"
    )
    parser.add_argument("--master", default="local[*]", help="Spark's master (default: %(default)s)")
    parser.add_argument(
        "--spark-home", metavar="DIR", help="default: SPARK_HOME, spark-submit on PATH, pyspark"
    )
    parser.add_argument(
        "--jars-dir", type=Path, metavar="DIR", help="where jars are kept (default: the cache folder)"
    )
    parser.add_argument(
        "--conf",
        action="append",
        default=[],
        type=_pair,
        metavar="KEY=VALUE",
        help="Spark's, as often as needed",
    )
    parser.add_argument("--print", action="store_true", help="print the command and run nothing")
    parser.add_argument(
        "--json",
        action="store_true",
        help="with --print: one JSON object, for whoever starts spark-submit himself",
    )
    parser.add_argument("arguments", nargs="*", metavar="-- ARGS", help="for the application")


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """The application's exit code. Raises ``EnvironmentMissing``, ``JarMismatch`` and ``SettingsRefused``."""
    configure_logs(LogSettings(), component="submit")
    if flags.json and not flags.print:
        raise SettingsRefused(
            "--json was given without --print.",
            allowed="--print, or --print --json.",
            remedy="add --print: a run's output is the application's own.",
        )
    cache = cache_folder(environ)
    java = find_java(environ.get("JAVA_HOME"), environ.get("PATH"))
    spark_home = find_spark(flags.spark_home, environ.get("SPARK_HOME"), environ.get("PATH"))
    bundle = open_bundle(flags.bundle, cache / "bundles")
    jars_dir = (flags.jars_dir or cache / "jars").absolute()
    jars = fetch_jars(read_jar_manifest(bundle.jars), jars_dir, java=java, spark_home=spark_home)
    with tempfile.TemporaryDirectory(prefix="waybill-submit-") as folder:
        submission = Submission(
            spark_home=spark_home,
            master=flags.master,
            bundle=bundle,
            jars=jars,
            conf=tuple(flags.conf),
            stop_file=Path(folder) / "stop",
            arguments=tuple(flags.arguments),
        )
        command = submit_command(submission)
        # The Java that was checked is the one that runs, whatever else is on the PATH.
        checked = {"SPARK_HOME": str(spark_home), "JAVA_HOME": str(java.resolve().parent.parent)}
        if flags.print:
            print(json.dumps(submit_parts(submission, checked)) if flags.json else shlex.join(command))
            return OK
        return run_submit(command, {**environ, **checked}, submission.stop_file)


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Where unpacked bundles and jars are kept between runs."""
    base = environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME") or tempfile.gettempdir()) / ".cache"
    return Path(base) / "waybill"


def _pair(text: str) -> str:
    if not re.fullmatch(r"[^=\s]+=.*", text):
        raise ArgumentTypeError(f"{text!r} is not KEY=VALUE, such as spark.executor.memory=2g")
    return text
