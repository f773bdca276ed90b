"""The proof as a table and as JSON, and progress on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from waybill_common.screen import Screen, Styled
from waybill_ops.audit import as_json as report_as_json
from waybill_ops.prove.fault_plan import ProofPlan, Round
from waybill_ops.prove.proof import UNDISTURBED, Proof, RoundOutcome


@dataclass(frozen=True, slots=True)
class ProofProgress:
    """One line on a terminal's stderr, with the round in hand; each finished round is a log line as well."""

    tell: Callable[..., None]

    def begins(self, one: Round) -> None:
        self.tell(beside=one.fault or "undisturbed")

    def ended(self, one: Round, outcome: RoundOutcome) -> None:
        self.tell(one.number + 1)
        structlog.get_logger().info(
            "round",
            number=one.number,
            fault=one.fault or UNDISTURBED,
            engine=outcome.engine,
            caused=outcome.caused,
            codes=list(outcome.codes),
        )


@contextmanager
def showing(plan: ProofPlan, screen: Screen) -> Iterator[ProofProgress]:
    """The display of ``plan``'s rounds, for as long as they run."""
    with screen.progress() as bars:
        yield ProofProgress(bars.begin("rounds", len(plan.rounds)))


def as_json(proof: Proof, *, kept: bool) -> dict[str, Any]:
    """The stable form; exit codes and partitions are strings."""
    account = proof.account
    return {
        "verdict": "proved" if proof.ok else "failed",
        "why": list(proof.culprits),
        "seed": proof.plan.seed,
        "engines": list(proof.engines),
        "left_out": dict(proof.left_out),
        "topic": proof.topic,
        "lake": proof.lake,
        "kept": kept,
        "seconds": round(proof.seconds, 1),
        "faults": [{**asdict(row), "codes": {str(c): n for c, n in row.codes.items()}} for row in proof.rows],
        "account": {
            "events": account.events,
            "rows": account.rows,
            "dead_letters": account.dead_letters,
            "lost": len(account.lost),
            "doubled": len(account.doubled),
            "strange": len(account.strange),
            "transactions": len(proof.plan.transactions),
            "aborted": proof.aborted,
        },
        "audit": report_as_json(proof.audit),
    }


def print_proof(proof: Proof, screen: Screen, *, kept: bool) -> None:
    rows = [
        (
            row.fault,
            _counts(row.engines),
            "" if row.fault == UNDISTURBED else f"{row.caused}",
            *(f"{row.runs}", f"{row.events:,}", f"{row.lost}", f"{row.doubled}"),
            _counts(row.codes),
        )
        for row in proof.rows
    ]
    screen.table(("fault", "engine", "caused", "runs", "events", "lost", "doubled", "exit codes"), rows)
    account, audit = proof.account, proof.audit
    screen.line(
        f"events: {account.events:,} acknowledged = {account.rows:,} rows + {account.dead_letters:,} dead letters, in "
        f"{len(proof.plan.transactions)} transactions; {proof.aborted} more were aborted on purpose"
    )
    screen.line(
        f"verify --complete: {'ok' if audit.ok else 'failed'}, {audit.totals.commits} commits, "
        f"{audit.totals.objects} objects"
    )
    screen.line(f"seed {proof.plan.seed}, {proof.seconds:.0f} s")
    if kept:
        screen.line(f"kept: topic {proof.topic}, lake {proof.lake}")
    for engine, why in proof.left_out.items():
        screen.line(f"{engine} was left out: {why}")
    if proof.ok:
        alone = f", for the engine {proof.engines[0]} alone" if len(proof.engines) == 1 else ""
        screen.line(Styled(f"verdict: proved{alone}", "bold green"))
        return
    screen.line(Styled("verdict: not proved", "bold red"))
    for line in proof.culprits:
        screen.line(f"  {line}")


def _counts(counts: Mapping[int, int] | Mapping[str, int]) -> str:
    return ", ".join(f"{one}" if times == 1 else f"{one} ({times} times)" for one, times in counts.items())
