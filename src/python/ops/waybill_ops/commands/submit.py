"""``waybill submit``: run the Spark application from its bundle."""

from __future__ import annotations

import shlex
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from pathlib import Path

import structlog

from waybill_common.cli import Parser, leave_to_settings
from waybill_common.errors import OK, SettingsRefused
from waybill_common.settings import DELIVERING, add_settings_flags, as_words, takes_several, with_settings
from waybill_common.terminal import say, say_json
from waybill_ops.submission import (
    Cache,
    add_spark_flags,
    make_ready,
    open_cache,
    run_submit,
    submit_command,
    submit_parts,
)
from waybill_streams.chosen_streams import several_of
from waybill_streams.stream_settings import settings_of

SETTINGS = DELIVERING
HELP = "run the Spark application from its bundle"


def add_arguments(
    parser: ArgumentParser,
    settings: Iterable[str] = SETTINGS,
    *,
    is_needed: bool = True,
    several: bool = True,
) -> None:
    """``settings`` are those of the application that have flags here; ``is_needed``: Spark is the only engine;
    ``several``: it takes several streams.
    """
    add_spark_flags(parser, is_needed=is_needed)
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
    parser.add_argument("arguments", nargs="*", metavar="-- ARGS", help="for the application, as they stand")
    add_settings_flags(parser, *settings, several=several)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """The application's exit code. Raises ``EnvironmentMissing``, ``JarMismatch`` and ``SettingsRefused``."""
    if flags.json and not flags.print:
        raise SettingsRefused(
            "--json was given without --print.",
            allowed="--print, or --print --json.",
            remedy="add --print: a run's output is the application's own.",
        )
    # Here as well as by the application, which needs seconds to start.
    found, _others = with_those_behind(flags, SETTINGS)
    if several_of(found, environ, "submit", warns=False) is None:
        settings_of(found, environ, "submit", warns=False)
    with open_cache(environ, outlived=flags.print) as cache:
        return _run(flags, environ, cache)


def _run(flags: Namespace, environ: Mapping[str, str], cache: Cache) -> int:
    ready = make_ready(flags, environ, cache)
    with tempfile.TemporaryDirectory(prefix="waybill-submit-") as folder:
        stop_file, arguments = Path(folder) / "stop", (*as_words(flags), *flags.arguments)
        submission = ready.submission(stop_file, arguments, keep_classes=flags.keep_classes)
        command = submit_command(submission)
        if flags.print:
            if flags.json:
                say_json(submit_parts(submission, ready.environment))
            else:
                say(shlex.join(command), most=None)  # to be run by hand
            return OK
        code = run_submit(command, {**with_settings(environ, SETTINGS), **ready.environment}, stop_file)
    if flags.keep_classes and not ready.classes.finish(whole=code == OK):
        structlog.get_logger().warning("no classes kept", code=code)
    return code


def with_those_behind(flags: Namespace, names: Iterable[str]) -> tuple[Namespace, list[str]]:
    """Also read settings of ``names`` from the words after ``--``, which beat the others; and what else is there."""
    parser = Parser(prog="waybill submit … --", add_help=False)
    add_settings_flags(parser, *names, several=takes_several(flags))
    found, others = parser.parse_known_args(flags.arguments, Namespace(**vars(flags)))
    return found, leave_to_settings(found, others)
