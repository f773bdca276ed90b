"""The verdict: what each fault did, the account, the audit. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waybill_common.errors import OK, AuditFailed
from waybill_ops.audit import AuditReport
from waybill_ops.prove.comparison import Account
from waybill_ops.prove.fault_plan import ProofPlan

UNDISTURBED = "none"
_SHOWN = 3


@dataclass(frozen=True)
class RoundOutcome:
    """One round: how often its fault was caused, to which engine, and the exit code of everything that ran."""

    number: int
    engine: str
    caused: int
    codes: tuple[int, ...]


@dataclass(frozen=True)
class ProofRow:
    """All rounds of one fault. ``events`` are those that were sent in them, ``runs`` is what was started; ``engines``
    counts the rounds of each engine in which it was caused, or that nothing disturbed."""

    fault: str
    engines: Mapping[str, int]
    caused: int
    runs: int
    events: int
    lost: int
    doubled: int
    codes: Mapping[int, int]


@dataclass(frozen=True)
class Proof:
    """``engines`` took turns; ``left_out`` says why another one did not. ``topic`` and ``lake`` are the run's own,
    ``aborted`` counts transactions, ``last`` is the exit code of the undisturbed run at the end, which has to deliver
    all that is left."""

    plan: ProofPlan
    engines: tuple[str, ...]
    left_out: Mapping[str, str]
    topic: str
    lake: str
    rows: tuple[ProofRow, ...]
    account: Account
    audit: AuditReport
    aborted: int
    last: int
    seconds: float

    @property
    def ok(self) -> bool:
        return not self.culprits

    @property
    def culprits(self) -> tuple[str, ...]:
        """Every reason why exactly once is not proved."""
        found = []
        account = self.account
        if self.last != OK:
            found.append(f"the undisturbed run at the end had exit code {self.last}")
        if account.lost:
            found.append(f"{len(account.lost)} events lost (first: number {account.lost[0]})")
        if account.doubled:
            found.append(f"{len(account.doubled)} events doubled (first: number {account.doubled[0]})")
        found += account.strange[:_SHOWN]
        if len(account.strange) > _SHOWN:
            found.append(f"and {len(account.strange) - _SHOWN} more like these")
        if account.events != self.plan.events:
            found.append(f"{account.events} of {self.plan.events} events were acknowledged")
        if not self.audit.ok:
            found.append(f"verify found {self.audit.culprits}")
        found += [
            f"{row.fault} was never caused"
            for row in self.rows
            if row.fault != UNDISTURBED and not row.caused
        ]
        return tuple(found)


def rows_of(plan: ProofPlan, outcomes: Sequence[RoundOutcome], account: Account) -> tuple[ProofRow, ...]:
    """One row for each fault in the order of their names' first round; the undisturbed runs' is the first."""
    rounds = {one.number: one for one in plan.rounds}
    names = dict.fromkeys(rounds[one.number].fault or UNDISTURBED for one in outcomes)
    lost, doubled = set(account.lost), set(account.doubled)
    rows = []
    for name in names:
        mine = [one for one in outcomes if (rounds[one.number].fault or UNDISTURBED) == name]
        events = {number for one in mine for number in rounds[one.number].events}
        codes = Counter(code for one in mine for code in one.codes)
        struck = Counter(one.engine for one in mine if one.caused or name == UNDISTURBED)
        rows.append(
            ProofRow(
                fault=str(name),
                engines=dict(sorted(struck.items())),
                caused=sum(one.caused for one in mine),
                runs=codes.total(),
                events=len(events),
                lost=len(events & lost),
                doubled=len(events & doubled),
                codes=dict(sorted(codes.items())),
            )
        )
    return tuple(rows)


def check(proof: Proof) -> None:
    """Raises ``AuditFailed`` where it is not proved."""
    if not proof.ok:
        raise AuditFailed(
            f"Not proved with seed {proof.plan.seed}: {'; '.join(proof.culprits)}.",
            allowed="each acknowledged event once, as a row or a dead letter, and each chosen fault caused.",
            remedy=f"look at topic {proof.topic} and the lake {proof.lake}, which are kept, and report it with them.",
        )
