"""Logs on stderr: lines for people on a terminal, JSON everywhere else."""

from __future__ import annotations

import io
import logging
import sys
from contextlib import suppress
from typing import TextIO
from typing import cast

import structlog

from waybill_common.settings.sections import LogSettings


class _Dispensable(io.TextIOBase):
    """A stream that drops what can't be written: a run must not end in mid-commit since nobody reads its log any more.

    ``stream`` is None where this program was started with a closed one.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            if self._stream is not None:
                self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            if self._stream is not None:
                self._stream.flush()


def configure_logs(settings: LogSettings, *, component: str) -> None:
    """Set up structlog for this process. ``component`` stands on every line."""
    as_json = settings.format == "json" or (
        settings.format == "auto" and not (sys.stderr and sys.stderr.isatty())
    )
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if as_json else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.level.upper()]
        ),
        # One write a line, its end included: driver, tasks and JVM share one stderr.
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _Dispensable(sys.stderr))),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(component=component)
