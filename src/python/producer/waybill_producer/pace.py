"""When to poll next, and when a run is over. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PollingEnded(StrEnum):
    """Why a run ended without an error."""

    PAGES = "pages"
    DURATION = "duration"
    SIGNAL = "signal"


@dataclass(frozen=True)
class PollMoment:
    """A run between two polls. Times are in seconds, ``elapsed`` since the first poll could start."""

    pages: int
    page_limit: int | None
    elapsed: float
    duration: float
    pause: float
    budget_wait: float


@dataclass(frozen=True)
class Poll:
    """Ask for the next page after ``wait`` seconds."""

    wait: float


def next_step(now: PollMoment) -> Poll | PollingEnded:
    """Poll, or end. No poll begins once the duration is over; one that has begun is finished.

    The first poll of a run does not pause. A wait that would outlast the run ends it at once.
    """
    if now.page_limit is not None and now.pages >= now.page_limit:
        return PollingEnded.PAGES
    wait = max(now.pause if now.pages else 0.0, now.budget_wait)
    return PollingEnded.DURATION if now.elapsed + wait >= now.duration else Poll(wait)
