"""The demo's last word, for people and for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from waybill_common.errors import AuditFailed
from waybill_common.screen import Screen, Styled, TableColumn
from waybill_sandbox.api import FaultKind
from waybill_sandbox.demo.outcome import StepOutcome
from waybill_sandbox.demo.queries import QueryResult
from waybill_sandbox.demo.steps import STRAY_RECORDS, Reads


@dataclass(frozen=True)
class DemoSummary:
    """All of one run. ``pipeline_seconds`` leave out the sandbox's start; ``api`` are the simulator's counts."""

    outcomes: tuple[StepOutcome, ...]
    answers: tuple[QueryResult, ...]
    api: dict[str, int]
    folder: str
    pipeline_seconds: float

    def of(self, reads: Reads) -> tuple[StepOutcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.reads is reads)

    @property
    def published(self) -> int:
        return sum(outcome.events for outcome in self.of(Reads.PRODUCER))

    @property
    def delivered(self) -> int:
        return sum(outcome.events for outcome in self.of(Reads.DELIVERY))

    @property
    def verdict(self) -> str:
        return self.of(Reads.AUDIT)[0].verdict

    @property
    def refused_users(self) -> Counter[str]:
        """Users that broke the contract, by reason: they never became events."""
        return _sum(self.of(Reads.PRODUCER))

    @property
    def dead_letters(self) -> Counter[str]:
        """Records of the topic that are in the lake as dead letters, by reason."""
        return _sum(self.of(Reads.DELIVERY))

    def as_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "published": self.published,
            "delivered": self.delivered,
            "refused_users": dict(self.refused_users),
            "dead_letters": dict(self.dead_letters),
            "objects": sum(outcome.objects for outcome in self.of(Reads.DELIVERY)),
            "receipts": sum(outcome.commits for outcome in self.of(Reads.DELIVERY)),
            "pipeline_seconds": round(self.pipeline_seconds, 1),
            "api": self.api,
            "steps": [asdict(outcome) for outcome in self.outcomes],
            "answers": [asdict(answer) for answer in self.answers],
            "folder": self.folder,
        }


def check(summary: DemoSummary) -> None:
    """Raises AuditFailed unless each step's count is the one that the step before it promised."""
    users = summary.published + summary.refused_users.total()
    rows = int(summary.answers[0].rows[0][0].replace(",", ""))
    complaints = [
        text
        for text, left, right in (
            ("users that the API served and those the producer took", summary.api["users"], users),
            ("malformed users and refused users", summary.api["malformed"], summary.refused_users.total()),
            ("events published and rows delivered", summary.published, summary.delivered),
            ("rows delivered and rows that DuckDB reads", summary.delivered, rows),
            ("stray records and dead letters", len(STRAY_RECORDS), summary.dead_letters.total()),
        )
        if left != right
    ]
    if complaints or summary.verdict != "ok":
        raise AuditFailed(
            f"The demo's counts don't agree ({'; '.join(complaints) or 'none'}); the audit says {summary.verdict}.",
            allowed="equal counts and the verdict ok.",
            remedy=f"look at the logs and at summary.json in {summary.folder}; this is a bug.",
        )


def print_summary(summary: DemoSummary, screen: Screen) -> None:
    rows = [
        (
            one.name,
            f"{one.events:,}",
            f"{sum(one.dead.values()):,}" if one.dead else "",
            f"{one.objects:,}" if one.objects else "",
            f"{one.seconds:.1f}",
            f"{one.rate:,.0f}" if one.rate else "",
        )
        for one in summary.outcomes
    ]
    counts = ("events", "dead letters", "objects", "seconds", "events/s")
    _headed(screen, "What each step did")
    screen.table(("step", *(TableColumn(name, right=True) for name in counts)), rows)
    for answer in summary.answers:
        _headed(screen, answer.title)
        screen.table(answer.columns, answer.rows)
    screen.line()
    for line in _lines(summary):
        screen.line(line)
    ok = summary.verdict == "ok"
    mark = Styled("audit: ok", "bold green") if ok else Styled("audit: failed", "bold red")
    screen.line(mark, f", pipeline {summary.pipeline_seconds:.1f} s")


def _headed(screen: Screen, title: str) -> None:
    screen.line()
    screen.line(Styled(title, "bold"))


def _lines(summary: DemoSummary) -> list[str]:
    met = ", ".join(
        f"{kind} {summary.api.get(f'fault_{kind}', 0)}"
        for kind in (FaultKind.RATE_LIMIT, FaultKind.EMPTY_RESULTS, FaultKind.GATEWAY_ERROR)
    )
    return [
        f"API:           {summary.api['requests']} requests, {summary.api['malformed']} malformed users; {met}",
        f"Refused users: {_listed(summary.refused_users)}",
        f"Dead letters:  {_listed(summary.dead_letters)}",
        f"Receipts:      {sum(one.commits for one in summary.of(Reads.DELIVERY))}",
        f"Lake:          {summary.folder}/lake/names (data, dead_letters, _waybill)",
        f"Logs:          {summary.folder}/logs",
        f"Look at it:    dist/waybill.pex console --lake.url={summary.folder}/lake   (no broker answers then)",
        "Try next:      make demo STAY=1   (Kafka and the console, until Ctrl-C)",
    ]


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in sorted(counts.items())) or "none"


def _sum(outcomes: tuple[StepOutcome, ...]) -> Counter[str]:
    total: Counter[str] = Counter()
    for outcome in outcomes:
        total.update(outcome.dead)
    return total
