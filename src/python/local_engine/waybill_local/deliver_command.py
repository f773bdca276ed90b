"""``waybill deliver``: the local engine."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from waybill_common.cli import settings_of
from waybill_common.errors import OK
from waybill_common.settings import DELIVERING_HERE, add_settings_flags
from waybill_common.terminal import say_json
from waybill_delivery.stop_signals import StopSignals
from waybill_local.fork_server import start_server

SETTINGS = DELIVERING_HERE
HELP = "deliver the stream to its lake by this machine's processes, without Spark"


def add_arguments(parser: ArgumentParser) -> None:
    add_settings_flags(parser, *SETTINGS)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Until the trigger's end or a signal; one line of JSON with what was delivered."""
    settings = settings_of(flags, environ, "deliver")
    start_server()
    # Meanwhile this process imports much of the same.
    from waybill_local.local_run import run as run_here

    stop = StopSignals()
    began = time.monotonic()
    with stop.heeded(within=settings.delivery.shutdown_timeout):
        summary = run_here(settings, stop)
    say_json(summary.as_json(seconds=time.monotonic() - began))
    return OK
