"""Whether a run gets on, by the signs that it gave. Pure; moments are seconds of a clock that never goes back."""

from __future__ import annotations

from dataclasses import dataclass, replace

START_SECONDS = 120.0
"""Least time that a run has until its first sign: it may have another run's commit to finish."""

LEAST_SECONDS = 5.0
"""Nobody is called ill for less: a commit or a look has to have its time, however short the interval."""

PATIENCE = 3
"""Intervals without a sign."""


@dataclass(frozen=True)
class Signs:
    """``interval`` is the time from one sign to the next as the settings have it; None for a run that ends by itself.

    ``took`` is what the last work took (a commit, a page), ``excused`` the moment until which no sign is expected.
    """

    began: float
    interval: float | None
    last: float | None = None
    took: float = 0.0
    excused: float = float("-inf")

    def idle(self, now: float) -> Signs:
        """After a look at ``now`` that found nothing to do."""
        return replace(self, last=now)

    def done(self, now: float) -> Signs:
        """After work that ended at ``now``. It took all the time since the sign before, but for a wait on purpose."""
        since = max(self.began if self.last is None else self.last, min(self.excused, now))
        return replace(self, last=now, took=now - since)

    def waiting(self, until: float) -> Signs:
        """After a wait on purpose has begun, whose end is known."""
        return replace(self, excused=max(self.excused, until))

    def silent(self, now: float) -> float:
        """Seconds in which a sign was expected and none came."""
        return max(0.0, now - max(self.began if self.last is None else self.last, self.excused))

    def allowed(self) -> float | None:
        """Seconds of silence that are no illness: three intervals, or three times what the last work took where that is
        more, since a commit may take longer than the trigger. None: any.
        """
        if self.interval is None:
            return None
        expected = PATIENCE * self.interval
        return max(START_SECONDS if self.last is None else PATIENCE * self.took, expected, LEAST_SECONDS)

    def is_ill(self, now: float) -> bool:
        allowed = self.allowed()
        return allowed is not None and self.silent(now) > allowed
