"""A hook's log with what programs print in it: whoever wrote that, no terminal that shows the log obeys it."""

from __future__ import annotations

from typing import Any

from waybill_common.printable import MOST, printable


class PrintableLog:
    """Each text that is logged, on one line; all else is the log's own."""

    def __init__(self, log: Any) -> None:
        self._log = log

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def debug(self, message: object, *args: object) -> None:
        self._tell("debug", message, args)

    def info(self, message: object, *args: object) -> None:
        self._tell("info", message, args)

    def warning(self, message: object, *args: object) -> None:
        self._tell("warning", message, args)

    def error(self, message: object, *args: object) -> None:
        self._tell("error", message, args)

    def _tell(self, level: str, message: object, args: tuple[object, ...]) -> None:
        """A message with arguments is a constant; they are what others wrote."""
        getattr(self._log, level)(*map(_shown, (message, *args)))


class LogsPrintable:
    """To stand before a hook's class."""

    @property
    def log(self) -> Any:
        return PrintableLog(super().log)  # type: ignore[misc]  # the hook's


def _shown(told: object) -> object:
    return printable(told, MOST) if isinstance(told, str) else told
