"""When the next look at the topic is due."""

from __future__ import annotations

from dataclasses import dataclass

_SECONDS = {"milliseconds": 0.001, "seconds": 1.0, "minutes": 60.0}
_DELAYS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def period_of(trigger: str) -> float | None:
    """Seconds between two looks; None for ``available-now``, which ends with what is there."""
    if trigger == "available-now":
        return None
    count, unit = trigger.split()
    return int(count) * _SECONDS[unit]


def seconds_of(delay: str) -> float:
    """Of ``15m`` and the like."""
    return int(delay[:-1]) * _DELAYS[delay[-1]]


@dataclass
class Holding:
    """Holds records back until there are ``fewest``, for ``longest`` seconds since the last commit at most."""

    fewest: int
    longest: float
    since: float

    def lets_go(self, waiting: int, now: float) -> bool:
        """Whether ``waiting`` offsets are to be delivered at ``now``; the clock begins anew then."""
        goes = self.would_let_go(waiting, now)
        self.since = now if goes else self.since
        return goes

    def would_let_go(self, waiting: int, now: float) -> bool:
        return waiting > 0 and (waiting >= self.fewest or now - self.since >= self.longest)
