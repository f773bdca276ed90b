"""When a run is asked to end: by a signal, by its stop file, or by the end of whoever started it.

All three are watched by a thread of its own. The main one may be inside a library for minutes, where Python's handlers
of signals wait; the bytes that ``signal.set_wakeup_fd`` writes do not.
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from socket import socketpair

import structlog

from waybill_common.signals import asking_to_end

_POLL_SECONDS = 0.2

_SAME_SECONDS = 0.25
"""Signals that come so soon after the first one are no impatience: `timeout` sends one to its command, and one to the
group."""

ENGINE_ENDS_SECONDS = 15.0
"""What an engine, such as Spark, may take to end after the work is done."""

ENDED = 128 + signal.SIGTERM
"""The exit code of a run that was ended in mid-commit: that of a second SIGTERM."""


class StopSignals:
    """``lifeline`` is a FIFO that the process which started this run holds open for writing until it ends.

    ``interrupts``: Ctrl-C asks, too. Not where the engine has a handler of its own for it, as PySpark has.
    """

    def __init__(
        self, file: Path | None = None, lifeline: Path | None = None, *, interrupts: bool = False
    ) -> None:
        self._file = file
        self._lifeline = lifeline
        self._interrupts = interrupts
        self._asked = threading.Event()
        self._work_done = threading.Event()
        self._over = threading.Event()
        self._open: Callable[[], Sequence[str]] = tuple

    def asked(self) -> bool:
        """Whether the run is to end after the commit in hand."""
        return self._asked.is_set()

    def wait(self, seconds: float) -> None:
        """So long, or until the run is asked to end."""
        self._asked.wait(seconds)

    def work_done(self) -> None:
        """The last commit is done; only the engine's own end is waited for."""
        self._work_done.set()

    def names_open(self, commits: Callable[[], Sequence[str]]) -> None:
        """Where the run has to be ended at once, its last line names what is open: it may be of several streams."""
        self._open = commits

    @contextmanager
    def heeded(self, within: float) -> Iterator[None]:
        """The process ends ``within`` seconds of being asked, with ``ENDED``, if the work is not done by then.

        A second SIGTERM, or Ctrl-C where that asks, ends it at once. SIGHUP never does: a terminal that is closed
        sends it twice.
        """
        told, telling = socketpair()
        with closing(told), closing(telling):
            telling.settimeout(0)
            numbers = set(asking_to_end()) - (set() if self._interrupts else {signal.SIGINT})
            before = {number: signal.signal(number, lambda *_: None) for number in numbers}
            wakeup = signal.set_wakeup_fd(telling.fileno(), warn_on_full_buffer=False)
            lifeline = self._hold()
            watching = threading.Thread(
                target=self._watch, args=(told.fileno(), lifeline, within), name="stop", daemon=True
            )
            watching.start()
            try:
                yield
            finally:
                self._over.set()
                watching.join()
                signal.set_wakeup_fd(wakeup)
                for number, handler in before.items():
                    signal.signal(number, handler)
                if lifeline is not None:
                    os.close(lifeline)

    def _hold(self) -> int | None:
        if self._lifeline is None:
            return None
        try:
            return os.open(self._lifeline, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            self._ask("whoever started this run is gone")
            return None

    def _watch(self, told: int, lifeline: int | None, within: float) -> None:
        until, first = None, None
        while not self._over.is_set():
            readable, _, _ = select.select([told], [], [], _POLL_SECONDS)
            for number in os.read(told, 64) if readable else b"":
                is_interrupt = self._interrupts and number == signal.SIGINT
                if is_interrupt or number == signal.SIGTERM:
                    first = first or time.monotonic()
                    if time.monotonic() - first > _SAME_SECONDS:
                        _end(f"ended by a second signal, {signal.Signals(number).name}", self._open())
                if is_interrupt or number in (signal.SIGTERM, signal.SIGHUP):
                    self._ask(signal.Signals(number).name)
            if not self.asked():
                if lifeline is not None and _is_let_go(lifeline):
                    self._ask("whoever started this run is gone")
                elif self._file is not None and self._file.exists():
                    self._ask("stop file")
            if self.asked():
                until = until or time.monotonic() + within
                if time.monotonic() > until + (ENGINE_ENDS_SECONDS if self._work_done.is_set() else 0):
                    _end(
                        f"not done {within:g} s after it was asked to end: the next run finishes what is open",
                        self._open(),
                    )

    def _ask(self, why: str) -> None:
        if not self._asked.is_set():
            self._asked.set()
            structlog.get_logger().warning("stopping_after_this_commit", why=why)


def _is_let_go(lifeline: int) -> bool:
    """Whether nobody holds the other end."""
    with suppress(BlockingIOError):
        return os.read(lifeline, 1) == b""
    return False


def _end(why: str, open_commits: Sequence[str]) -> None:
    """End the process, without an exception: the main thread may be anywhere. What it started ends with it."""
    named = {"open": list(open_commits)} if open_commits else {}
    structlog.get_logger().error("ending_at_once", why=why, **named)
    os._exit(ENDED)
