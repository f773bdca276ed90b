from __future__ import annotations

from dataclasses import replace

import pytest

from waybill_producer.pace import Ended
from waybill_producer.pace import Moment
from waybill_producer.pace import Poll
from waybill_producer.pace import next_step

START = Moment(pages=0, page_limit=None, elapsed=0.0, duration=120.0, pause=10.0, budget_wait=0.0)


@pytest.mark.parametrize(
    ("now", "step"),
    [
        (START, Poll(0.0)),
        (replace(START, pages=1, elapsed=1.0), Poll(10.0)),
        (replace(START, pages=1, elapsed=1.0, budget_wait=40.0), Poll(40.0)),
        (replace(START, budget_wait=5.0), Poll(5.0)),
        (replace(START, pages=1, elapsed=110.0), Ended.DURATION),
        (replace(START, pages=1, elapsed=109.9), Poll(10.0)),
        (replace(START, pages=3, elapsed=1.0, budget_wait=300.0), Ended.DURATION),
        (replace(START, pages=3, page_limit=3), Ended.PAGES),
        (replace(START, pages=2, page_limit=3), Poll(10.0)),
        (replace(START, pages=3, page_limit=3, elapsed=500.0), Ended.PAGES),
    ],
    ids=[
        "first",
        "pause",
        "budget",
        "first_budget",
        "over",
        "just_fits",
        "budget_over",
        "pages",
        "more",
        "both",
    ],
)
def test_the_next_step(now: Moment, step: Poll | Ended) -> None:
    assert next_step(now) == step
