"""What came of a step: pure, from the JSON that the artifacts print."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from waybill_sandbox.demo.steps import Reads


@dataclass(frozen=True)
class StepOutcome:
    """A finished step. ``seconds`` is wall time with the program's start; ``own_seconds`` its own account of its work.

    ``events`` are those published, or the rows delivered or audited; ``dead`` are dead letters by reason.
    """

    name: str
    reads: Reads
    seconds: float
    own_seconds: float | None = None
    events: int = 0
    dead: Mapping[str, int] = field(default_factory=dict)
    commits: int = 0
    objects: int = 0
    verdict: str = ""

    @property
    def rate(self) -> float | None:
        """Events a second of the program's own time."""
        return self.events / self.own_seconds if self.own_seconds else None

    @property
    def told(self) -> str:
        """One line about it."""
        dead = f", {sum(self.dead.values()):,} dead letters" if self.dead else ""
        match self.reads:
            case Reads.PRODUCER:
                return f"{self.events:,} events{dead}"
            case Reads.DELIVERY:
                return f"{self.events:,} rows{dead} in {self.objects} objects, {self.commits} receipts"
            case Reads.AUDIT:
                return f"verdict {self.verdict}: {self.events:,} rows"


def read_outcome(name: str, reads: Reads, seconds: float, stdout: str) -> StepOutcome:
    """The outcome in a program's stdout. Raises ValueError or KeyError for anything but its documented JSON."""
    if reads is Reads.AUDIT:
        return _audit(name, seconds, json.loads(stdout))
    said = json.loads(stdout.strip().splitlines()[-1] if stdout.strip() else "")
    if reads is Reads.PRODUCER:
        dead = said["dead_letters"]["by_reason"]
        return StepOutcome(name, reads, seconds, said["seconds"], events=said["events"], dead=dead)
    return StepOutcome(
        name,
        reads,
        seconds,
        said["seconds"],
        events=said["rows"],
        dead=said["reasons"],
        commits=len(said["commits"]),
        objects=said["objects"],
    )


def _audit(name: str, seconds: float, report: Mapping[str, Any]) -> StepOutcome:
    counts = report["counts"]
    return StepOutcome(
        name,
        Reads.AUDIT,
        seconds,
        events=counts["rows"],
        commits=counts["commits"],
        objects=counts["objects"],
        verdict=report["verdict"],
    )
