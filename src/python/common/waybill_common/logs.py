"""Logs on stderr: lines for people on a terminal, JSON everywhere else."""

from __future__ import annotations

import logging
import sys

import structlog

from waybill_common.redaction import redacted_value
from waybill_common.settings import LogSettings


def configure_logs(settings: LogSettings, *, component: str) -> None:
    """Set up structlog for this process. ``component`` stands on every line."""
    as_json = settings.format == "json" or (settings.format == "auto" and not sys.stderr.isatty())
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        # Its own way with exceptions shows local variables.
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_secrets,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.level.upper()]
        ),
        logger_factory=_stderr,
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(component=component)


def _without_secrets(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {name: redacted_value(one) for name, one in event.items()}


def _stderr(*_named: object) -> structlog.WriteLogger:
    """Whatever ``sys.stderr`` is then: a display on the terminal takes its place for a while.

    One write a line, its end included: driver, tasks and JVM share one stderr.
    """
    return structlog.WriteLogger(sys.stderr)
