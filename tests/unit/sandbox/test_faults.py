from __future__ import annotations

import pytest
from pydantic import ValidationError

from waybill_sandbox.api import ApiFault, FaultKind, FaultPlan
from waybill_sandbox.api.faults import due

OUTAGE = ApiFault(kind=FaultKind.EMPTY_RESULTS, from_request=3, times=2)
PAGES = ApiFault(kind=FaultKind.MALFORMED_USERS, pages=(2, 4), times=None)
PLAN = FaultPlan(faults=(OUTAGE, PAGES))


@pytest.mark.parametrize(
    ("struck", "request_number", "page", "expected"),
    [
        ((0, 0), 1, 1, ()),
        ((0, 0), 2, 2, (1,)),
        ((0, 9), 3, 4, (0, 1)),
        ((1, 9), 4, 5, (0,)),
        ((2, 9), 5, 5, ()),
    ],
    ids=["before_both", "page_in_range", "both", "second_of_two", "used_up"],
)
def test_a_fault_strikes_in_its_range_as_often_as_it_may(
    struck: tuple[int, int], request_number: int, page: int, expected: tuple[int, ...]
) -> None:
    assert due(PLAN, struck, request_number, page) == expected


@pytest.mark.parametrize(
    "text",
    ['{"faults": [{"kind": "fire"}]}', '{"faults": [{"kind": "latency", "share": 2}]}', '{"fault": []}'],
    ids=["unknown_kind", "share_above_one", "unknown_field"],
)
def test_a_plan_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        FaultPlan.model_validate_json(text)
