"""One thing that is aimed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from waybill_bench.result import Figure, Run, Who, figure, ratio
from waybill_bench.words import number


@dataclass(frozen=True)
class Target:
    """``value`` of ``of``, divided by that of ``to`` where there is one, is to be at least, or at most, ``bound``."""

    bench: str
    says: str
    value: str
    of: Who
    to: Who | None
    bound: float
    at_most: bool = False
    unit: str = "×"  # noqa: RUF001  # times

    @property
    def wanted(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {number(self.bound)} {self.unit}"

    def found(self, runs: Sequence[Run]) -> Figure | None:
        """None where it was not measured."""
        if self.to is None:
            return figure(runs, bench=self.bench, of=self.of, value=self.value)
        return ratio(runs, bench=self.bench, of=self.of, to=self.to, value=self.value)

    def verdict(self, found: Figure | None) -> str:
        """``met``, ``missed`` or ``not measured``."""
        if found is None:
            return "not measured"
        met = found.median <= self.bound if self.at_most else found.median >= self.bound
        return "met" if met else "missed"
