"""A run's summary adds up its receipts."""

from __future__ import annotations

import structlog
from unit.ledger.entries import receipt3

from waybill_common.ledger.receipt import Receipt3
from waybill_delivery.letter_groups import LetterGroup
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
        "commonest_reasons": [{"reason": "not_json", "count": 5, "fields": [], "example": None}],
        "objects": 6,
        "seconds": 1.235,
    }


def with_reasons(number: int, **reasons: int) -> Receipt3:
    fields = dict(receipt3()) | {"number": number, "topic": "orders"}
    return Receipt3(**fields | {"dead": sum(reasons.values()), "reasons": reasons})


def test_the_three_commonest_reasons_are_named_with_their_fields_and_one_letter_each() -> None:
    summary = RunSummary()
    summary.add(
        with_reasons(1, wrong_type=7, not_json=4, missing_field=2, bad_value=1),
        [
            LetterGroup("wrong_type", "/amount", 3, 1, 20),
            LetterGroup("not_json", None, 4, 0, 3),
            LetterGroup("wrong_type", "/lines/*/price", 2, 0, 9),
            LetterGroup("bad_value", "/kind", 1, 0, 7),
        ],
    )
    summary.add(
        with_reasons(2, wrong_type=4, missing_field=3),
        [LetterGroup("wrong_type", "/lines/*/price", 4, 0, 99)],
    )
    assert summary.as_json(seconds=1)["commonest_reasons"] == [
        {
            "reason": "wrong_type",
            "count": 11,
            "fields": [{"field": "/lines/*/price", "count": 6}, {"field": "/amount", "count": 3}],
            "example": {"topic": "orders", "partition": 0, "offset": 9},
        },
        {"reason": "missing_field", "count": 5, "fields": [], "example": None},
        {
            "reason": "not_json",
            "count": 4,
            "fields": [],
            "example": {"topic": "orders", "partition": 0, "offset": 3},
        },
    ]
    assert [str(one) for one in summary.commonest] == [
        "11 wrong_type in /lines/*/price (6), /amount (3), such as orders 0:9",
        "5 missing_field, an example is unknown",
        "4 not_json, such as orders 0:3",
    ]
    with structlog.testing.capture_logs() as logs:
        summary.say_reasons()
    assert [(one["reason"], one["example"]) for one in logs] == [
        ("wrong_type", "orders 0:9"),
        ("missing_field", "unknown"),
        ("not_json", "orders 0:3"),
    ]


def test_a_run_without_dead_letters_says_nothing_of_reasons() -> None:
    summary = RunSummary()
    summary.add(receipt(1, rows=3, dead=0))
    with structlog.testing.capture_logs() as logs:
        summary.say_reasons()
    assert (logs, summary.as_json(seconds=1)["commonest_reasons"]) == ([], [])
