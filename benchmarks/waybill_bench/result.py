"""What a run measured, and what a set of runs says: medians, spreads and ratios."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict


class Run(BaseModel):
    """One run of one contender: ``bench`` and ``case`` say what was done, ``turn`` in which turn it was done.

    Contenders of one bench and case take turns, so that a slow hour is slow for all of them. ``values`` are numbers
    with their unit in the name, such as ``rows_per_second``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bench: str
    case: str
    contender: str
    turn: int
    values: dict[str, float]


class Results(BaseModel):
    """Every run of every contender, and where they ran."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: str
    quick: bool
    commit: str
    minutes: float
    machine: dict[str, str]
    versions: dict[str, str]
    runs: tuple[Run, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        return cls.model_validate_json(path.read_text())

    def save(self, path: Path) -> None:
        path.write_text(self.model_dump_json(indent=1) + "\n")


@dataclass(frozen=True)
class Figure:
    """A quantity over the runs of a case: the median, and the least and largest of ``count`` runs."""

    median: float
    least: float
    most: float
    count: int


Who = tuple[str, str]
"""Case and contender."""

Key = tuple[str, str, str, str]
"""Bench, case, contender, name of the value."""


def figures(runs: Iterable[Run]) -> dict[Key, Figure]:
    """One figure for each value of each contender in each case."""
    found: dict[Key, list[float]] = defaultdict(list)
    for run in runs:
        for name, value in run.values.items():
            found[(run.bench, run.case, run.contender, name)].append(value)
    return {key: _of(values) for key, values in found.items()}


def ratio(runs: Iterable[Run], *, bench: str, of: Who, to: Who, value: str) -> Figure | None:
    """``of`` over ``to``, turn by turn: what was measured together is compared together.

    None where they share no turn.
    """
    kept = tuple(runs)
    mine, other = _by_turn(kept, bench, of, value), _by_turn(kept, bench, to, value)
    ratios = [mine[turn] / other[turn] for turn in mine.keys() & other.keys() if other[turn]]
    return _of(ratios) if ratios else None


def figure(runs: Iterable[Run], *, bench: str, of: Who, value: str) -> Figure | None:
    """The quantity itself; None where it was not measured."""
    values = [*_by_turn(runs, bench, of, value).values()]
    return _of(values) if values else None


def _of(values: Sequence[float]) -> Figure:
    return Figure(statistics.median(values), min(values), max(values), len(values))


def _by_turn(runs: Iterable[Run], bench: str, who: Who, value: str) -> Mapping[int, float]:
    return {
        run.turn: run.values[value]
        for run in runs
        if run.bench == bench and (run.case, run.contender) == who and value in run.values
    }
