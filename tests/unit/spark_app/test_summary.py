"""A run's summary adds up its receipts."""

from __future__ import annotations

from waybill_common.ledger import ObjectEntry
from waybill_common.ledger import Receipt
from waybill_common.ledger import SplitReport
from waybill_spark.summary import Summary


def entry(rows: int) -> ObjectEntry:
    return ObjectEntry(key="data/x.parquet", rows=rows, bytes=1, sha256="0" * 64)


def receipt(number: int, *, rows: int, dead: int) -> Receipt:
    report = SplitReport(
        partition=0,
        start=0,
        end=rows + dead,
        rows=rows,
        dead=dead,
        empty=0,
        lost=0,
        holes=(),
        reasons={"not_json": dead} if dead else {},
        data=(entry(rows),),
        dead_letters=entry(dead) if dead else None,
    )
    return Receipt(
        stream="names",
        number=number,
        manifest_sha256="0" * 64,
        topic="t",
        topic_id="id",
        frontier={0: 10},
        rows=rows,
        dead=dead,
        empty=0,
        lost=number,
        reasons=report.reasons,
        splits=(report,),
        holes=(),
        writer="0" * 32,
        release="0.1.0",
    )


def test_receipts_add_up() -> None:
    summary = Summary()
    for one in (receipt(3, rows=5, dead=0), receipt(4, rows=2, dead=1), receipt(5, rows=1, dead=4)):
        summary.add(one)
    assert summary.as_json(seconds=1.23456) == {
        "commits": [3, 4, 5],
        "rows": 8,
        "dead": 5,
        "lost": 12,
        "reasons": {"not_json": 5},
        "objects": 5,
        "seconds": 1.235,
    }
