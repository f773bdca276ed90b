"""Why too many of the last records are dead letters: read from the receipts and objects that stand.

The receipts count every reason; fields and examples come from some of the letters. What can't be read is unknown.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

import structlog

from waybill_common.errors import TooManyDead, WaybillError
from waybill_common.lake import ObjectTooLarge
from waybill_common.ledger import Journal, LedgerPosition, ManifestPlan, ObjectEntry, Receipt3, Recent
from waybill_contracts.document import general_path, parse_document
from waybill_delivery.common_reasons import CommonReason, commonest
from waybill_delivery.letter_groups import LetterGroup, with_fields

_MOST_RECEIPTS = 1_000
"""That are read: with few records each, a thousand of them take that many."""

_MOST_OBJECTS = 20
_LARGEST_OBJECT = 2**28
"""Bytes; larger ones are passed over."""


def too_many_dead(journal: Journal, at: LedgerPosition, plan: ManifestPlan) -> TooManyDead:
    """The error for what the last receipt counts."""
    recent = at.judged or Recent(records=0, dead=0)
    return TooManyDead(
        f"Of the last {recent.records} records of {plan.topic}, up to commit {at.number}, {recent.dead} are dead "
        f"letters: {_reasons(journal, at, plan)}.",
        allowed=f"a part of {plan.max_dead_share:g} (delivery.max_dead_share), once there are 1,000 records.",
        remedy="mend whatever writes such records, or publish a contract that they keep. Then, or to live with them "
        "once, run with --accept-dead (delivery.accept_dead); to live with them for good, raise "
        "delivery.max_dead_share. No record was lost, and no commit was begun: `waybill dead-letters list` has each.",
    )


def _reasons(journal: Journal, at: LedgerPosition, plan: ManifestPlan) -> str:
    try:
        found = _commonest(journal, at, plan)
    except WaybillError as error:
        # Of an object store that is gone by now; what was found holds all the same.
        structlog.get_logger().warning("reasons_unknown", why=error.found)
        return "why could not be read"
    return "; ".join(map(str, found)) or "why is unknown"


def _commonest(journal: Journal, at: LedgerPosition, plan: ManifestPlan) -> tuple[CommonReason, ...]:
    reasons, groups, objects = Counter[str](), list[LetterGroup](), 0
    for receipt in _counted(journal, at):
        reasons.update(receipt.reasons)
        for split in receipt.splits:
            if split.dead_letters is not None and objects < _MOST_OBJECTS:
                objects += 1
                groups += _groups(journal, split.partition, split.dead_letters)
    document = parse_document(plan.contract.document)
    return commonest(plan.topic, reasons, with_fields(groups, lambda path: general_path(document, path)))


def _counted(journal: Journal, at: LedgerPosition) -> Iterator[Receipt3]:
    """The receipts whose dead letters the last one counts, the newest first."""
    left = at.judged.dead if at.judged else 0
    for number in range(at.number, max(0, at.number - _MOST_RECEIPTS), -1):
        receipt = journal.receipt(number) if left > 0 else None
        if not isinstance(receipt, Receipt3):
            return
        left -= receipt.dead
        yield receipt


def _groups(journal: Journal, partition: int, entry: ObjectEntry) -> tuple[LetterGroup, ...]:
    if entry.bytes > _LARGEST_OBJECT:
        return ()
    from waybill_delivery.objects import letters_of_object  # the driver needs it not, and would wait for it

    try:
        return letters_of_object(partition, _as_received(journal, entry))
    except ValueError as error:
        structlog.get_logger().warning("reasons_unknown", key=entry.key, why=str(error))
        return ()


def _as_received(journal: Journal, entry: ObjectEntry) -> bytes:
    try:
        body = journal.lake.get(entry.key, limit=entry.bytes)
    except ObjectTooLarge:
        body = None
    if body is None or hashlib.sha256(body).hexdigest() != entry.sha256:
        raise ValueError("it is not what its receipt says")
    return body
