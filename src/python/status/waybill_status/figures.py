"""What a run tells in numbers: each figure's name and meaning, and its values by their labels. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal, Protocol


@dataclass(frozen=True)
class Figure:
    """``name`` is whole, unit and ``_total`` included; ``labels`` come in the order of the values' keys."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    meaning: str


@dataclass(frozen=True)
class Distribution:
    """How many values were at most as large as each of ``bounds``; the last of ``counts`` is of larger ones."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    sum: float = 0.0

    @classmethod
    def over(cls, *bounds: float) -> Distribution:
        return cls(bounds, (0,) * (len(bounds) + 1))

    def plus(self, value: float) -> Distribution:
        place = bisect_left(self.bounds, value)
        counts = tuple(count + (index == place) for index, count in enumerate(self.counts))
        return replace(self, counts=counts, sum=self.sum + value)

    def cumulated(self) -> list[tuple[float, int]]:
        """Each bound, infinity last, with how many values do not pass it."""
        return list(zip((*self.bounds, float("inf")), accumulate(self.counts), strict=True))


def added(counts: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Both, zeros included: a counter that appears with its first event hides that event from ``increase()``."""
    return {name: counts.get(name, 0) + more.get(name, 0) for name in {**counts, **more}}


Values = Mapping[tuple[str, ...], float | Distribution]


class Watched(Protocol):
    """A run, as the status page sees it. Asked by other threads, at any moment; asks nobody itself."""

    def complaint(self) -> str | None:
        """Why the run is ill; None where it is well."""
        ...

    def figures(self) -> Iterable[tuple[Figure, Values]]:
        """All of them, those without a value too."""
        ...
