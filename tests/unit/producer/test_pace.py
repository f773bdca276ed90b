from __future__ import annotations

from dataclasses import replace

import pytest

from waybill_producer.pace import Poll, PollingEnded, PollMoment, next_step

START = PollMoment(pages=0, page_limit=None, elapsed=0.0, duration=120.0, pause=10.0, budget_wait=0.0)


@pytest.mark.parametrize(
    ("now", "step"),
    [
        (START, Poll(0.0)),
        (replace(START, pages=1, elapsed=1.0), Poll(10.0)),
        (replace(START, pages=1, elapsed=1.0, budget_wait=40.0), Poll(40.0)),
        (replace(START, budget_wait=5.0), Poll(5.0)),
        (replace(START, pages=1, elapsed=110.0), PollingEnded.DURATION),
        (replace(START, pages=1, elapsed=109.9), Poll(10.0)),
        (replace(START, pages=3, elapsed=1.0, budget_wait=300.0), PollingEnded.DURATION),
        (replace(START, pages=3, page_limit=3), PollingEnded.PAGES),
        (replace(START, pages=2, page_limit=3), Poll(10.0)),
        (replace(START, pages=3, page_limit=3, elapsed=500.0), PollingEnded.PAGES),
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
def test_the_next_step(now: PollMoment, step: Poll | PollingEnded) -> None:
    assert next_step(now) == step
