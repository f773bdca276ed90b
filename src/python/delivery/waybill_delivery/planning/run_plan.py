"""A whole plan, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from waybill_common.errors import WaybillError
from waybill_delivery.planning.plan_part import PlanPart


@dataclass(frozen=True)
class RunPlan:
    """``problems`` would end a run, the first of them first. ``dataset`` is what its entries call the stream."""

    dataset: str
    parts: tuple[PlanPart, ...]
    problems: tuple[WaybillError, ...]

    @property
    def failure(self) -> WaybillError | None:
        return self.problems[0] if self.problems else None

    def as_json(self) -> dict[str, Any]:
        problems = [
            {
                "error": type(one).__name__,
                "exit_code": one.exit_code,
                "found": one.found,
                "allowed": one.allowed,
                "remedy": one.remedy,
            }
            for one in self.problems
        ]
        known = {part.name: part.said for part in self.parts}
        code = self.problems[0].exit_code if self.problems else 0
        return {"stream": self.dataset, **known, "problems": problems, "exit_code": code}

    def lines(self) -> list[tuple[str, str]]:
        """A word, and what is said under it."""
        told = [(part.name.replace("_", " "), line) for part in self.parts for line in part.told]
        return told + [
            (
                "problem",
                f"the run would end with exit code {one.exit_code} ({type(one).__name__}): {one.found}",
            )
            for one in self.problems
        ]
