"""SIGTERM, SIGINT and SIGHUP: a run ends after the transaction in hand, and at once out of any other wait."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

from waybill_common.signals import asking_to_end, let_go_of_terminal


class StopRequested(BaseException):
    """Ends a wait. It is no ``Exception``, so that nothing takes it for a failed attempt."""


class StopRequests:
    """Whether somebody asked this run to end. A second signal ends the process where it stands, which is safe too; a
    second SIGHUP does not."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._interruptible = False

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Handles the signals meanwhile, and puts the former handlers back."""
        former = {number: signal.signal(number, self._handle) for number in asking_to_end()}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    @contextlib.contextmanager
    def interrupting(self) -> Iterator[None]:
        """A signal raises ``StopRequested`` here, also one that came before."""
        self._interruptible = True
        try:
            if self.signal is not None:
                raise StopRequested
            yield
        finally:
            self._interruptible = False

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            let_go_of_terminal()
        self.signal = signal.Signals(number)
        signal.signal(number, signal.SIG_IGN if number == signal.SIGHUP else signal.SIG_DFL)
        if self._interruptible:
            self._interruptible = False
            raise StopRequested
