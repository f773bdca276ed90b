"""A run's summary adds up its receipts."""

from __future__ import annotations

from unit.ledger.entries import receipt3

from waybill_common.ledger.receipt import Receipt3
from waybill_delivery.run_summary import RunSummary


def receipt(number: int, *, rows: int, dead: int) -> Receipt3:
    fields = dict(receipt3()) | {"number": number, "rows": rows, "dead": dead, "skipped": 2, "lost": number}
    return Receipt3(**fields | {"reasons": {"not_json": dead} if dead else {}})


def test_receipts_add_up() -> None:
    summary = RunSummary()
    for one in (receipt(3, rows=5, dead=0), receipt(4, rows=2, dead=1), receipt(5, rows=1, dead=4)):
        summary.add(one)
    assert summary.as_json(seconds=1.23456) == {
        "commits": [3, 4, 5],
        "rows": 8,
        "dead": 5,
        "skipped": 6,
        "lost": 12,
        "reasons": {"not_json": 5},
        "objects": 6,
        "seconds": 1.235,
    }
