"""What ``verify`` says to do, by what it found."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from waybill_ops.audit import AuditReport
from waybill_ops.audit.findings import Code, Finding, tally
from waybill_ops.commands.verify import _remedy

ELSEWHERE = Finding(Code.TOPIC_CHANGED, "shop.orders", "its id is b, the ledger's is a")
IN_LEDGER = Finding(Code.TOPIC_CHANGED, "_waybill/00000000000000000002.receipt.json", "it is for another")
ALTERED = Finding(Code.ROW_ALTERED, "0:1", "x")


def remedy(*findings: Finding) -> str:
    report: Any = SimpleNamespace(tallies=tally(findings, 20))
    return _remedy(cast(AuditReport, report))


def test_a_topic_that_was_made_anew_asks_for_no_backup_of_objects() -> None:
    said = remedy(ELSEWHERE)
    assert "if the topic was deleted or made again" in said
    assert "backup" not in said


@pytest.mark.parametrize("finding", [ALTERED, IN_LEDGER], ids=["a row", "an entry that contradicts others"])
def test_what_somebody_changed_does(finding: Finding) -> None:
    assert remedy(finding).startswith("keep the lake as it is")


def test_both_are_told_where_both_are_found() -> None:
    said = remedy(ELSEWHERE, ALTERED)
    assert "made again" in said
    assert "For the rest: keep the lake as it is" in said
