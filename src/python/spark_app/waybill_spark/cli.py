"""The command line of the Spark application; ``launcher.py`` calls ``main``."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence

from waybill_common.cli import Parser, run_program
from waybill_common.errors import OK
from waybill_common.flag_types import edge, path_of
from waybill_common.settings import DELIVERING, add_settings_flags
from waybill_common.terminal import say_json
from waybill_common.version import VERSION
from waybill_delivery.stop_signals import StopSignals
from waybill_spark.driver import Backfill, run, run_several
from waybill_streams.chosen_streams import ChosenStreams, several_of
from waybill_streams.stream_settings import settings_of


def main(argv: Sequence[str] | None = None) -> int:
    """Deliver a stream to its lake. Exit codes: ``waybill_common.errors``."""
    return run_program("spark_app", lambda: _command(argv))


def _command(argv: Sequence[str] | None) -> int:
    parser = Parser(prog="spark_app", description="Deliver a stream to its lake, or several streams.")
    parser.add_argument("--version", action="version", version=VERSION)
    parser.add_argument(
        "--stop-file", type=path_of, metavar="FILE", help="end after the commit in hand once FILE exists"
    )
    parser.add_argument(
        "--lifeline",
        type=path_of,
        metavar="FIFO",
        help="likewise once nobody holds FIFO open for writing any more",
    )
    parser.add_argument(
        "--backfill-from", type=edge, metavar="EDGE", help="deliver one offset range into a lake of its own"
    )
    parser.add_argument(
        "--backfill-to",
        type=edge,
        metavar="EDGE",
        help="where it ends, not inside: offsets such as 0:100,1:50, or times",
    )
    add_settings_flags(parser, *DELIVERING, several=True)
    flags = parser.parse_args(argv)
    if (flags.backfill_from is None) != (flags.backfill_to is None):
        parser.error("--backfill-from and --backfill-to belong together")
    chosen = several_of(flags, os.environ, "spark_app")
    if chosen is not None and flags.backfill_from is not None:
        parser.error("a backfill is of one stream; allowed: --stream once, with a name")
    return _deliver(flags) if chosen is None else _deliver_several(flags, chosen)


def _deliver_several(flags: argparse.Namespace, chosen: ChosenStreams) -> int:
    stop = StopSignals(flags.stop_file, flags.lifeline)
    began = time.monotonic()
    with stop.heeded(within=chosen.run.delivery.shutdown_timeout):
        summary = run_several(chosen.run, chosen.streams, stop)
    say_json(summary.as_json(seconds=time.monotonic() - began))
    return summary.exit_code


def _deliver(flags: argparse.Namespace) -> int:
    settings = settings_of(flags, os.environ, "spark_app")
    stop = StopSignals(flags.stop_file, flags.lifeline)
    began = time.monotonic()
    with stop.heeded(within=settings.delivery.shutdown_timeout):
        summary = run(
            settings,
            stop,
            None if flags.backfill_from is None else Backfill(flags.backfill_from, flags.backfill_to),
        )
    say_json(summary.as_json(seconds=time.monotonic() - began))
    return OK
