"""``producer.pex``: one run of the stream.

stdout carries one line of JSON, the summary, whatever the outcome; stderr the logs and, on a terminal, progress.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import stamina.instrumentation
import structlog

from waybill_common.cli import Parser, run_program
from waybill_common.errors import INTERRUPTED, OK, WaybillError
from waybill_common.logs import configure_logs
from waybill_common.network import checked_ca
from waybill_common.settings import Settings, add_settings_flags, uses
from waybill_common.terminal import say_json
from waybill_common.version import VERSION
from waybill_common.web import DIRECT, Routes, way_to
from waybill_producer.display import showing
from waybill_producer.producer_watch import ProducerWatch
from waybill_producer.run_totals import RunTotals
from waybill_producer.stop_requests import StopRequests
from waybill_producer.stream import check_source, initiate_stream
from waybill_status.watching import watched
from waybill_streams.stream_settings import settings_of

SETTINGS = uses(
    *("stream", "kafka", "registry", "source", "producer", "pseudonym", "status", "log", "security"),
    without=("stream.dataset", "stream.start"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the producer and return its exit code: 0, 130 after Ctrl-C, or that of a ``WaybillError``."""
    return run_program("producer", lambda: _command(argv))


def _command(argv: Sequence[str] | None) -> int:
    parser = Parser(prog="producer", description="Carry users from the API to Kafka, each exactly once.")
    parser.add_argument("--version", action="version", version=VERSION)
    add_settings_flags(parser, *SETTINGS)
    settings = settings_of(parser.parse_args(argv), os.environ, "producer")
    check_source(settings.stream)
    return _run(settings, _ways(settings, os.environ))


def _ways(settings: Settings, environ: Mapping[str, str]) -> Routes:
    source, registry = settings.source, settings.registry
    registry_ca = _ca(registry.ca_file, "registry.ca_file")
    return Routes(
        source=way_to(str(source.url), environ, _ca(source.ca_file, "source.ca_file")),
        registry=DIRECT if registry.url is None else way_to(str(registry.url), environ, registry_ca),
    )


def _ca(file: str | None, setting: str) -> Path | None:
    return None if file is None else checked_ca(Path(file), setting)


def _log_retry(details: stamina.instrumentation.RetryDetails) -> None:
    structlog.get_logger().warning(
        "attempt failed",
        attempt=details.retry_num,
        why=str(details.caused_by),
        wait=round(details.wait_for, 2),
    )


def _run(settings: Settings, ways: Routes) -> int:
    stop, tally = StopRequests(), RunTotals()
    watch = ProducerWatch(settings.stream.name, settings.producer.pause_interval)
    try:
        with watched(watch, settings.status), showing(settings.producer.pages) as display:
            # After the display, so that log lines go above the progress line.
            configure_logs(settings.log, component="producer")
            stamina.instrumentation.set_on_retry_hooks([_log_retry])
            # Objects made so far stay: the collector need not look at them again for every page.
            gc.freeze()
            with stop.listening():
                ended = initiate_stream(settings, ways, stop=stop, tally=tally, display=display, watch=watch)
    except WaybillError as error:
        say_json(tally.summary("error", error))
        raise
    say_json(tally.summary(ended))
    return INTERRUPTED if stop.signal is signal.SIGINT else OK


if __name__ == "__main__":
    sys.exit(main())
