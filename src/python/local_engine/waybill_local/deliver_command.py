"""``waybill deliver``: the local engine; ``waybill backfill`` comes here too, where that engine is chosen."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from waybill_common.errors import OK
from waybill_common.ledger import Edge
from waybill_common.settings import DELIVERING_HERE, add_settings_flags
from waybill_common.terminal import say_json
from waybill_delivery.backfilling import Backfill
from waybill_delivery.stop_signals import StopSignals
from waybill_local.fork_server import start_server
from waybill_status.watching import watched
from waybill_streams.chosen_streams import ChosenStreams, several_of
from waybill_streams.stream_settings import settings_of

SETTINGS = DELIVERING_HERE
HELP = "deliver the stream to its lake, or several streams, by this machine's processes, without Spark"


def add_arguments(parser: ArgumentParser) -> None:
    add_settings_flags(parser, *SETTINGS, several=True)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Until the trigger's end or a signal; one line of JSON with what was delivered. Of several streams the exit code
    is 1 if a fault of ours ended any; else the smallest that another run may mend; else the smallest; else 0.
    """
    chosen = several_of(flags, environ, "deliver")
    return _deliver(flags, environ, None) if chosen is None else _deliver_several(chosen)


def _deliver_several(chosen: ChosenStreams) -> int:
    start_server()
    from waybill_local.several_run import run_several, watch_of_several

    settings = chosen.run
    stop, watch = StopSignals(interrupts=True), watch_of_several(chosen.streams)
    began = time.monotonic()
    with watched(watch, settings.status), stop.heeded(within=settings.delivery.shutdown_timeout):
        summary = run_several(settings, chosen.streams, stop, watch)
    say_json(summary.as_json(seconds=time.monotonic() - began))
    return summary.exit_code


def deliver_range(flags: Namespace, environ: Mapping[str, str], begin: Edge, end: Edge) -> int:
    """The same for one offset range of the topic, into a lake of its own."""
    return _deliver(flags, environ, Backfill(begin, end))


def _deliver(flags: Namespace, environ: Mapping[str, str], backfill: Backfill | None) -> int:
    # Not for `--help`; before the server, which has these then too.
    from waybill_local.local_run import run as run_here
    from waybill_local.local_run import watch_of

    settings = settings_of(flags, environ, "deliver")
    start_server()
    stop, watch = StopSignals(interrupts=True), watch_of(settings, backfill)
    began = time.monotonic()
    with watched(watch, settings.status), stop.heeded(within=settings.delivery.shutdown_timeout):
        summary = run_here(settings, stop, backfill, watch)
    say_json(summary.as_json(seconds=time.monotonic() - began))
    return OK
