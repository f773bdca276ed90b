"""``waybill prove`` leaves to chance only what the seed decides."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_judge import Dead, judge

from waybill_common.errors import SettingsRefused
from waybill_ops.prove.fault_plan import LEAST, Anchor, ProofFault, ProofPlan, make_plan
from waybill_ops.prove.producer_process import SendTask, parse_send_task
from waybill_ops.prove.proof_events import MALFORMED_EVERY, event, event_id, is_malformed
from waybill_streams.names import NAMES

SEEDS = st.integers(min_value=0, max_value=2**32)
FAULTS = st.lists(st.sampled_from(ProofFault), min_size=1, unique=True)
ROUNDS = st.integers(min_value=1, max_value=4)


@st.composite
def plans(draw: st.DrawFn) -> ProofPlan:
    faults, rounds = draw(FAULTS), draw(ROUNDS)
    least = LEAST * (len(faults) * rounds + 2)
    return make_plan(draw(SEEDS), faults, rounds, draw(st.integers(least, least + 3000)))


@given(SEEDS, FAULTS, ROUNDS, st.integers(1000, 5000))
def test_the_same_seed_gives_the_same_plan(
    seed: int, faults: list[ProofFault], rounds: int, events: int
) -> None:
    assert make_plan(seed, faults, rounds, events) == make_plan(seed, faults, rounds, events)


def test_another_seed_gives_another_plan() -> None:
    assert make_plan(1, tuple(ProofFault), 2, 2000) != make_plan(2, tuple(ProofFault), 2, 2000)


@given(plans())
def test_each_event_is_in_one_transaction_and_each_round_has_some_before_and_during_it(
    plan: ProofPlan,
) -> None:
    numbers = [number for one in plan.transactions for number in one.events]
    assert numbers == list(range(plan.events))
    assert [one.number for one in plan.transactions] == list(range(len(plan.transactions)))
    assert all(one.before and one.during for one in plan.rounds[:-1])
    assert all(len(half) <= 20 for one in plan.rounds for half in (one.before, one.during))
    assert plan.transactions[0].aborted


@given(plans())
def test_all_is_sent_before_the_last_run_begins(plan: ProofPlan) -> None:
    """It takes what is there when it looks, so a sender beside it could come too late."""
    last = plan.rounds[-1]
    assert (last.fault, last.during) == (None, ())
    assert last.events == range(last.before[0].first, plan.events)


@given(SEEDS, FAULTS, ROUNDS)
def test_each_fault_is_caused_as_often_as_asked_between_two_undisturbed_runs(
    seed: int, faults: list[ProofFault], rounds: int
) -> None:
    order = [one.fault for one in make_plan(seed, faults, rounds, 1000).rounds]
    assert (order[0], order[-1]) == (None, None)
    assert Counter(order[1:-1]) == dict.fromkeys(faults, rounds)


@given(SEEDS, FAULTS, ROUNDS)
def test_two_engines_take_turns_and_each_fault_strikes_each_of_them_as_often(
    seed: int, faults: list[ProofFault], rounds: int
) -> None:
    order = [one.fault for one in make_plan(seed, faults, rounds, 1000, engines=2).rounds]
    assert (order[:2], order[-1]) == ([None, None], None)
    struck = [Counter(order[2:-1][turn::2]) for turn in (0, 1)]
    assert struck[0] + struck[1] == Counter(dict.fromkeys(faults, rounds))
    assert all(abs(struck[0][fault] - struck[1][fault]) <= 1 for fault in faults)


@given(plans())
def test_a_moment_comes_while_the_run_still_goes_on(plan: ProofPlan) -> None:
    for one in plan.rounds:
        assert 0 <= one.moment.wait < 1
        assert one.moment.count >= 1
        if one.fault is ProofFault.KILL_PRODUCER:
            records = one.during[-1].last - one.during[0].first
            assert (one.moment.anchor, one.moment.count <= records) == (Anchor.RECORD, True)
        else:
            assert one.moment.anchor is not Anchor.RECORD


def test_too_few_events_are_refused() -> None:
    with pytest.raises(SettingsRefused, match="--events 239 is less than 20 for each of 12 rounds"):
        make_plan(1, tuple(ProofFault), 2, 239)


@given(plans())
def test_an_errand_comes_through_the_command_line(plan: ProofPlan) -> None:
    task = SendTask(plan.seed, plan.rounds[1].during, hold=7)
    assert parse_send_task(task.as_text()) == task


@given(SEEDS)
def test_events_keep_the_contract_but_for_the_known_share(seed: int) -> None:
    numbers = range(3 * MALFORMED_EVERY)
    for number in numbers:
        one = event(seed, number)
        assert one == event(seed, number)
        assert one.id == event_id(seed, number)
        assert isinstance(judge(NAMES, one.value), Dead) == one.dead == is_malformed(seed, number)
    assert sum(is_malformed(seed, number) for number in numbers) == 3
    assert len({event_id(seed, number) for number in numbers}) == len(numbers)
