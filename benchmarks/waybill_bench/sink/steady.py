"""Steady state: what a contender does once it is warm. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

MEGABYTE = 10**6
MILLION = 10**6


@dataclass(frozen=True)
class Mark:
    """The end of a commit, as ``time.time()``, and the records that it brought in, dead letters included."""

    at: float
    records: int


@dataclass(frozen=True)
class Stretch:
    """Whole commits, one behind the other, from the end of one to the end of another."""

    began: float
    ended: float
    records: int

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / (self.ended - self.began)


def steady(marks: Sequence[Mark]) -> Stretch:
    """From the end of the first commit to the end of the last: start-up, warm-up and shutdown are outside.

    Raises ValueError where there are not two commits.
    """
    if len(marks) < 2:
        raise ValueError(f"{len(marks)} commits have no steady state; two or more have")
    first, *rest = marks
    return Stretch(first.at, rest[-1].at, sum(mark.records for mark in rest))


def cpu_per_million(stretch: Stretch, cpu_at: Callable[[float], float]) -> float:
    """CPU seconds for each million records of the stretch. ``cpu_at``: CPU seconds up to a moment."""
    return (cpu_at(stretch.ended) - cpu_at(stretch.began)) / stretch.records * MILLION
