from __future__ import annotations

from collections import Counter

import pytest

from waybill_bench.load import Load
from waybill_bench.sink.bench import CONTENDERS
from waybill_bench.sink.cases import Case, offsets_per_commit, turns
from waybill_bench.sink.plan import BARE, HEADERS, by_hand, large, regular
from waybill_bench.targets import BY_HAND, GROUPS
from waybill_delivery.targets import next_targets


def case(name: str, times: int, *contenders: str) -> Case:
    return Case(name, Load(records=1), contenders, times, commits=1)


def test_every_other_turn_goes_backwards() -> None:
    found = [(turn, one.name, who) for turn, one, who in turns([case("a", 2, "x", "y"), case("b", 2, "x")])]
    assert found[:3] == [(1, "a", "x"), (1, "a", "y"), (1, "b", "x")]
    assert found[3:] == [(2, "b", "x"), (2, "a", "y"), (2, "a", "x")]


def test_a_case_takes_part_in_as_many_turns_as_it_has() -> None:
    found = Counter(one.name for _, one, _ in turns([case("often", 3, "x"), case("once", 1, "x")]))
    assert found == {"often": 3, "once": 1}


@pytest.mark.parametrize(
    "plan",
    [regular(quick=False), regular(quick=True), by_hand(), large()],
    ids=["full", "quick", "by hand", "large"],
)
def test_a_plan_names_contenders_that_exist_and_no_run_twice(plan: tuple[Case, ...]) -> None:
    runs = [(one.name, who, turn) for turn, one, who in turns(plan)]
    assert len(set(runs)) == len(runs)
    assert {who for _, who, _ in runs} <= set(CONTENDERS)


def test_every_contender_runs_somewhere() -> None:
    assert {who for one in (*regular(quick=False), *by_hand()) for who in one.contenders} == set(CONTENDERS)


def test_what_carries_a_claim_is_run_three_times_by_everyone_it_names() -> None:
    runs = Counter((one.name, who) for _, one, who in turns(regular(quick=False)))
    named = {
        who for target in GROUPS["local"] if target.bench == "sink" for who in (target.of, target.to) if who
    }
    assert {case for case, _ in named} == {HEADERS, BARE}
    assert min(runs[who] for who in named) >= 3


@pytest.mark.parametrize("group", GROUPS)
def test_targets_name_runs_that_a_full_plan_has(group: str) -> None:
    cases = by_hand() if group == BY_HAND else regular(quick=False)
    named = {
        who for target in GROUPS[group] if target.bench == "sink" for who in (target.of, target.to) if who
    }
    assert named <= {(one.name, who) for one in cases for who in one.contenders}


@pytest.mark.parametrize("partitions", [1, 4, 16, 100, 1000])
def test_the_local_engine_makes_as_many_commits_as_are_asked_for(partitions: int) -> None:
    ends = dict.fromkeys(range(partitions), 2_000_000 // partitions + 40)
    limit, frontier, made = offsets_per_commit(sum(ends.values()), 10, partitions), dict[int, int](), 0
    while frontier != ends:
        frontier = next_targets(frontier, ends, limit)
        made += 1
    assert made == 10


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
