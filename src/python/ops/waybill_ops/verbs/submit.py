"""``waybill submit``: run the Spark application from its bundle."""

from __future__ import annotations

import json
import shlex
import tempfile
from argparse import ArgumentParser
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

import structlog

from waybill_common.errors import OK
from waybill_common.errors import SettingsRefused
from waybill_common.logs import configure_logs
from waybill_common.settings import LogSettings
from waybill_ops.submission.command import submit_command
from waybill_ops.submission.command import submit_parts
from waybill_ops.submission.flags import add_spark_flags
from waybill_ops.submission.flags import make_ready
from waybill_ops.submission.run import run_submit

HELP = "run the Spark application from its bundle"


def add_arguments(parser: ArgumentParser) -> None:
    add_spark_flags(parser)
    one_of = parser.add_mutually_exclusive_group()
    one_of.add_argument("--print", action="store_true", help="print the command and run nothing")
    one_of.add_argument(
        "--keep-classes",
        action="store_true",
        help="have this run keep Spark's classes for all later ones, which then start sooner by a quarter: takes some "
        "15 s at its end and 160 MB in the cache folder",
    )
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
    ready = make_ready(flags, environ)
    with tempfile.TemporaryDirectory(prefix="waybill-submit-") as folder:
        stop_file, arguments = Path(folder) / "stop", tuple(flags.arguments)
        submission = ready.submission(stop_file, arguments, keep_classes=flags.keep_classes)
        command = submit_command(submission)
        if flags.print:
            told = submit_parts(submission, ready.environment)
            print(json.dumps(told) if flags.json else shlex.join(command))
            return OK
        code = run_submit(command, {**environ, **ready.environment}, stop_file)
    if flags.keep_classes and not ready.classes.settle(whole=code == OK):
        structlog.get_logger().warning("no classes kept", code=code)
    return code
