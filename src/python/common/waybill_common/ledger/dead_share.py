"""Whether a contract still fits: how many of the last records may be dead letters. Pure.

It follows from the last receipt alone, so a driver that died right after it changes nothing. Receipts of formats 1 and
2, and those of commits that accept their dead letters, are not judged.
"""

from __future__ import annotations

from waybill_common.ledger.contract_rule import is_another_contract
from waybill_common.ledger.next_steps import ManifestPlan
from waybill_common.ledger.position import LedgerPosition


def is_too_dead(known: LedgerPosition, plan: ManifestPlan) -> bool:
    """Whether a run with this plan ends here. Another contract than the receipt's may fit again."""
    recent = known.judged
    if recent is None or not recent.is_full or plan.accept_dead or plan.tightens:
        return False
    return recent.dead / recent.records > plan.max_dead_share and not is_another_contract(
        known, plan.contract
    )


def accepts_by_itself(known: LedgerPosition, plan: ManifestPlan) -> bool:
    """Whether a run that accepts dead letters says so in a manifest, though it has nothing to move: where any count."""
    counts = known.judged is not None and known.judged.dead > 0
    return plan.accept_dead and counts and not is_another_contract(known, plan.contract)
