"""The signs of a run, which its threads give and the status page asks for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from waybill_status.signs import Signs


@dataclass(frozen=True)
class SignWords:
    """``missing`` begins a sentence, such as "No commit and no empty look"; ``interval`` names the setting."""

    missing: str
    interval: str
    remedy: str


class Heartbeat:
    """Never waits for anything but another thread's assignment."""

    def __init__(
        self, interval: float | None, words: SignWords, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``interval`` in seconds; None: a run that ends by itself, which is well while it lives."""
        self._clock = clock
        self._words = words
        self._lock = threading.Lock()
        self._signs = Signs(clock(), interval)

    def idle(self) -> None:
        """There is nothing to do."""
        with self._lock:
            self._signs = self._signs.idle(self._clock())

    def done(self) -> None:
        """Work is done."""
        with self._lock:
            self._signs = self._signs.done(self._clock())

    def wait(self, seconds: float) -> None:
        """The run waits so long, and has a good reason to."""
        with self._lock:
            self._signs = self._signs.waiting(self._clock() + seconds)

    def complaint(self) -> str | None:
        """One sentence where the run is ill: what was found, what is allowed, what to do."""
        signs, now = self._signs, self._clock()
        allowed = signs.allowed()
        if allowed is None or not signs.is_ill(now):
            return None
        words = self._words
        return (
            f"{words.missing} came for {signs.silent(now):.1f} s; allowed are {allowed:.1f} s "
            f"({words.interval}); {words.remedy}."
        )
