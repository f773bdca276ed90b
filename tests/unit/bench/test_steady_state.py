from __future__ import annotations

import pytest

from waybill_bench.sink.steady import Mark, cpu_per_million, steady

MARKS = (Mark(100.0, 250_000), Mark(102.0, 240_000), Mark(105.0, 260_000))


def test_the_first_commit_warms_up_and_counts_for_nothing_but_the_start() -> None:
    stretch = steady(MARKS)
    assert (stretch.began, stretch.ended, stretch.records) == (100.0, 105.0, 500_000)
    assert stretch.rate == 100_000


def test_cpu_is_what_was_used_between_the_first_and_the_last_end() -> None:
    assert cpu_per_million(steady(MARKS), lambda moment: (moment - 90.0) * 1.5) == pytest.approx(15.0)


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_commits_have_no_steady_state(count: int) -> None:
    with pytest.raises(ValueError, match=f"^{count} commits"):
        steady(MARKS[:count])
