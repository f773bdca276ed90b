"""Logs on stderr: lines for people on a terminal, JSON everywhere else. Whoever wrote what an event carries:
no terminal obeys it, and none of it looks like a line of its own.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import structlog

from waybill_common import terminal
from waybill_common.printable import MOST, cut, printable, printable_json
from waybill_common.redaction import redacted_value
from waybill_common.settings import LogSettings

_MOST_OF_A_TRACEBACK = 20_000
_QUOTED = frozenset(" \t=\r\n\"'")
"""A text with one of these is shown in quotes, so that it can't look like two."""


def configure_logs(settings: LogSettings, *, component: str) -> None:
    """Set up structlog for this process. ``component`` stands on every line."""
    as_json = settings.format == "json" or (settings.format == "auto" and not terminal.stderr().isatty())
    renderers: tuple[structlog.typing.Processor, ...] = (
        (_bounded, structlog.processors.JSONRenderer(lambda event, **how: printable_json(event, **how)))
        if as_json
        else (_for_people, _lines())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # In both forms as text: structlog's own for terminals shows the values of all variables.
            structlog.processors.format_exc_info,
            _without_secrets,
            *renderers,
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
    """One write a line, its end included: driver, tasks and JVM share one stderr."""
    return structlog.WriteLogger(terminal.stderr())


def _bounded(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """JSON spells what a terminal would obey; it has no bound of its own."""
    return {
        name: _short(value, _MOST_OF_A_TRACEBACK if name == "exception" else MOST)
        for name, value in event.items()
    }


def _short(value: Any, most: int) -> Any:
    match value:
        case str():
            return cut(value, most)
        case dict():
            return {_short(key, most): _short(one, most) for key, one in value.items()}
        case list() | tuple():
            return [_short(one, most) for one in value]
        case None | bool() | int() | float():
            return value
        case _:
            return cut(repr(value), most)


def _for_people(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """What the renderer writes as it stands; values are shown by ``_shown``."""
    shown = {printable(name, MOST): value for name, value in event.items()}
    for name, spell in (("event", _on_one_line), ("exception", terminal.marked), ("stack", terminal.marked)):
        if name in shown:
            shown[name] = spell(str(shown[name]))
    return shown


def _lines() -> structlog.dev.ConsoleRenderer:
    renderer = structlog.dev.ConsoleRenderer()
    fallback, *others = renderer.columns
    formatter = fallback.formatter
    if not isinstance(formatter, structlog.dev.KeyValueColumnFormatter):
        raise TypeError(f"structlog shows values by a {type(formatter).__name__}")
    renderer.columns = [replace(fallback, formatter=replace(formatter, value_repr=_shown)), *others]
    return renderer


def _shown(value: object) -> str:
    """Python's spelling, once: ``repr`` has it, but for what it takes for visible."""
    bare = isinstance(value, str) and not _QUOTED & set(value)
    return printable(str(value) if bare else repr(value), MOST)


def _on_one_line(text: str) -> str:
    return printable(text, MOST)
