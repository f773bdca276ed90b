from __future__ import annotations

from collections import Counter

import pytest

from waybill_bench.load import Load
from waybill_bench.sink.bench import CONTENDERS
from waybill_bench.sink.cases import Case, offsets_per_commit, plan, turns


def case(name: str, times: int, *contenders: str) -> Case:
    return Case(name, Load(records=1), contenders, times, commits=1)


def test_every_other_turn_goes_backwards() -> None:
    found = [(turn, one.name, who) for turn, one, who in turns([case("a", 2, "x", "y"), case("b", 2, "x")])]
    assert found[:3] == [(1, "a", "x"), (1, "a", "y"), (1, "b", "x")]
    assert found[3:] == [(2, "b", "x"), (2, "a", "y"), (2, "a", "x")]


def test_a_case_takes_part_in_as_many_turns_as_it_has() -> None:
    found = Counter(one.name for _, one, _ in turns([case("often", 3, "x"), case("once", 1, "x")]))
    assert found == {"often": 3, "once": 1}


@pytest.mark.parametrize("quick", [False, True], ids=["full", "quick"])
def test_the_plan_names_contenders_that_exist_and_no_run_twice(*, quick: bool) -> None:
    runs = [(one.name, who, turn) for turn, one, who in turns(plan(quick=quick))]
    assert len(set(runs)) == len(runs)
    assert {who for _, who, _ in runs} == set(CONTENDERS)


def test_what_carries_a_claim_is_run_five_times_by_everyone_it_names() -> None:
    runs = Counter((one.name, who) for _, one, who in turns(plan(quick=False)))
    headline = "350 B · 4 partitions · folder"
    assert all(runs[headline, who] == 5 for who in CONTENDERS)
    minio = "350 B · 4 partitions · MinIO"
    assert runs[minio, "waybill"] == runs[minio, "spark-file"] == runs["1 % malformed", "waybill"] == 5


@pytest.mark.parametrize(
    ("ends", "commits"),
    [
        ([312_525] * 4, 5),
        ([750_015], 3),
        ([675_015, 25_005, 25_005, 25_005], 3),
        ([46_890] * 16, 3),
    ],
    ids=["even", "one partition", "skewed", "sixteen"],
)
def test_the_limit_leaves_no_rest_for_a_further_commit(ends: list[int], commits: int) -> None:
    limit, left, made = offsets_per_commit(sum(ends), commits, len(ends)), ends, 0
    while any(left):
        total = sum(left)
        # As Spark does: each partition's share in proportion, rounded down, but never to nothing.
        shares = [n if total <= limit else int(limit * n / total) or min(n, 1) for n in left]
        left = [n - share for n, share in zip(left, shares, strict=True)]
        made += 1
    assert made == commits
