"""What ``waybill verify`` says is to be done fits what it found."""

from __future__ import annotations

import pytest

from waybill_common.settings import KafkaSettings
from waybill_ops.audit.audit_report import AuditReport, Totals
from waybill_ops.audit.findings import Code, Finding, tally
from waybill_ops.audit.redrives import AuditedDeadLetters
from waybill_ops.commands.verify import _failure

GONE = Finding(Code.TOPIC_CHANGED, "shop.sales", "Kafka has no such topic: nothing could be compared")


def report(*findings: Finding) -> AuditReport:
    return AuditReport(
        lake="/lake/sales", stream="sales", topic="shop.sales", topic_id=None, complete=False,
        totals=Totals(1, 1, 1, 0, 0, 0, 0), dead_letters=AuditedDeadLetters(0, 0, 0, ()), origin={}, frontier={},
        log_start={}, in_flight_offsets={}, in_flight_objects=0, judged_by_receipts={}, tallies=tally(findings, show=5),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("findings", "is_moved"),
    [
        ((GONE,), True),
        ((GONE, Finding(Code.MISSING, "here", "it is gone")), False),
        ((Finding(Code.TOPIC_CHANGED, "_waybill/2.receipt.json", "it names another"),), False),
    ],
    ids=["a topic that moved", "and an object is gone", "an entry of another topic"],
)
def test_of_a_topic_that_is_another_one_nobody_is_to_restore_objects(
    findings: tuple[Finding, ...], *, is_moved: bool
) -> None:
    failure = _failure(report(*findings), KafkaSettings())
    assert failure is not None
    assert ("a dataset of its own" in failure.remedy, "from a backup" in failure.remedy) == (
        is_moved,
        not is_moved,
    )
