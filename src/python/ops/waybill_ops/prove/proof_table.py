"""The proof as a table and as JSON, and progress on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from waybill_ops.audit import as_json as report_as_json
from waybill_ops.prove.fault_plan import ProofPlan, Round
from waybill_ops.prove.proof import UNDISTURBED, Proof, RoundOutcome


@dataclass(frozen=True, slots=True)
class ProofProgress:
    """One line on a terminal's stderr, with the round in hand; each finished round is a log line as well."""

    progress: Progress
    task: TaskID

    def begins(self, one: Round) -> None:
        self.progress.update(self.task, doing=one.fault or "undisturbed")

    def ended(self, one: Round, outcome: RoundOutcome) -> None:
        self.progress.update(self.task, completed=one.number + 1)
        structlog.get_logger().info(
            "round",
            number=one.number,
            fault=one.fault or UNDISTURBED,
            caused=outcome.caused,
            codes=list(outcome.codes),
        )


@contextmanager
def showing(plan: ProofPlan, console: Console) -> Iterator[ProofProgress]:
    """The display of ``plan``'s rounds, for as long as they run."""
    with Progress(
        SpinnerColumn(),
        TextColumn("rounds"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[doing]}"),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as progress:
        yield ProofProgress(progress, progress.add_task("rounds", total=len(plan.rounds), doing=""))


def as_json(proof: Proof, *, kept: bool) -> dict[str, Any]:
    """The stable form; exit codes and partitions are strings."""
    account = proof.account
    return {
        "verdict": "proved" if proof.ok else "failed",
        "why": list(proof.culprits),
        "seed": proof.plan.seed,
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


def print_proof(proof: Proof, console: Console, *, kept: bool) -> None:
    table = Table(
        "fault", "caused", "runs", "events", "lost", "doubled", "exit codes", box=None, header_style="dim"
    )
    for row in proof.rows:
        caused = "" if row.fault == UNDISTURBED else f"{row.caused}"
        counts = (f"{row.runs}", f"{row.events:,}", f"{row.lost}", f"{row.doubled}")
        table.add_row(row.fault, caused, *counts, _codes(row.codes))
    console.print(table)
    account, audit = proof.account, proof.audit
    console.print(
        f"events: {account.events:,} acknowledged = {account.rows:,} rows + {account.dead_letters:,} dead letters, in "
        f"{len(proof.plan.transactions)} transactions; {proof.aborted} more were aborted on purpose",
        highlight=False,
    )
    console.print(
        f"verify --complete: {'ok' if audit.ok else 'failed'}, {audit.totals.commits} commits, "
        f"{audit.totals.objects} objects",
        highlight=False,
    )
    console.print(f"seed {proof.plan.seed}, {proof.seconds:.0f} s", highlight=False)
    if kept:
        console.print(f"kept: topic {escape(proof.topic)}, lake {escape(proof.lake)}", highlight=False)
    if proof.ok:
        console.print("[bold green]verdict: proved[/]")
        return
    console.print("[bold red]verdict: not proved[/]")
    for line in proof.culprits:
        console.print(f"  {line}", markup=False, highlight=False)


def _codes(codes: Mapping[int, int]) -> str:
    return ", ".join(f"{code}" if times == 1 else f"{code} ({times} times)" for code, times in codes.items())
