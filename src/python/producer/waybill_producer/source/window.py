"""The API's rate limit as arithmetic: 20,000 users for each client address in 300 s.

The server resets its count for everybody at once, at moments that nobody outside knows. So the producer keeps the limit
over *every* interval of that length, the server's own included.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class RateWindow:
    """Users asked for lately: ``spent`` holds (moment in seconds, users), oldest first."""

    limit: int
    seconds: float
    spent: tuple[tuple[float, int], ...] = ()

    def wait(self, users: int, now: float) -> float:
        """Seconds until ``users`` more may be asked for; 0 where they may be now."""
        excess = users - self.limit + sum(count for moment, count in self.spent if self._counts(moment, now))
        wait = 0.0
        for moment, count in self.spent:
            if excess <= 0:
                break
            if self._counts(moment, now):
                excess -= count
                wait = moment + self.seconds - now
        return wait

    def spend(self, users: int, now: float) -> RateWindow:
        """The window after a request for ``users``, answered or not: the server may have counted it."""
        kept = tuple(one for one in self.spent if self._counts(one[0], now))
        return replace(self, spent=(*kept, (now, users)))

    def _counts(self, moment: float, now: float) -> bool:
        return moment + self.seconds > now


def rate_limit_wait(attempt: int, attempts: int, window: float) -> float:
    """Seconds to wait after the ``attempt``-th of ``attempts`` was refused with 429 and no ``Retry-After``.

    The waits double, and together they outlast one window, whatever its phase: with 8 attempts and 300 s they
    are 2.4, 4.7, … 151 s.
    """
    return float(window * 2 ** (attempt - 1) / (2 ** (attempts - 1) - 1)) if attempts > 1 else window
