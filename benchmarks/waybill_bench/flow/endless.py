"""A program that delivers until it is asked to end."""

from __future__ import annotations

from typing import Self

from waybill_bench.flow.program import await_success
from waybill_sandbox.process import Child, Command

_STOP_SECONDS = 60.0


class Endless:
    """One start. Leave its context to end whatever runs.

    ``ends_well``: asked to end, it finishes what it has in hand and exits with code 0.
    """

    def __init__(self, command: Command, *, ends_well: bool) -> None:
        """Nothing runs before ``start``."""
        self._command, self._ends_well = command, ends_well
        self._child: Child | None = None

    def start(self) -> int:
        """Its process group."""
        self._child = Child(self._command)
        return self._child.pid

    def stop(self) -> None:
        """SIGTERM. Raises ``ServiceNotReady`` where it was to end well and does not."""
        if self._child is not None:
            self._child.terminate()
            if self._ends_well:
                await_success(self._child, _STOP_SECONDS)
            self._end()

    def kill(self) -> None:
        """SIGKILL for it and all that it has started."""
        self._end()

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
