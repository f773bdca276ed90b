"""How often a stream that fails for a passing cause gets another turn, and after which pause."""

from __future__ import annotations

from dataclasses import dataclass

_PAUSES = (2.0, 4.0, 8.0, 16.0, 32.0)
"""Seconds. Each turn has waited out what its own time-outs allow before it failed."""

MOST_FURTHER_TURNS = len(_PAUSES)


@dataclass(frozen=True)
class Tries:
    """``failed`` is how many turns failed since the stream got on."""

    failed: int = 0

    def after_failure(self) -> tuple[Tries, float | None]:
        """With the seconds until the next turn; None where there is none any more."""
        pause = _PAUSES[self.failed] if self.failed < MOST_FURTHER_TURNS else None
        return Tries(self.failed + 1), pause
