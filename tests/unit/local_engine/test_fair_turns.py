"""One pool for splits, turns by stream; while another waits, one stream holds at most half of the slots."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from waybill_local.fair_turns import half_of, next_stream


@pytest.mark.parametrize(
    ("waiting", "held", "slots", "chosen"),
    [
        (["a"], {}, 2, "a"),
        (["a"], {"a": 3}, 4, "a"),
        (["a", "b"], {"a": 2}, 4, "b"),
        (["a", "b"], {"a": 1}, 4, "a"),
        (["a"], {"a": 2, "b": 2}, 4, None),
        (["a", "b"], {"a": 1, "b": 1}, 3, "a"),
        (["a", "b"], {"a": 2}, 2, "b"),
        (["a", "b", "c"], {"a": 2, "b": 1}, 2, None),
        (["a", "b"], {"a": 1}, 1, None),
        ([], {"a": 1}, 4, None),
    ],
    ids=[
        "it is alone", "no other waits", "it has half", "its turn", "all are taken", "the odd one",
        "it came later", "one more is enough", "half of one is one", "nobody waits",
    ],
)  # fmt: skip
def test_who_is_next(waiting: list[str], held: dict[str, int], slots: int, chosen: str | None) -> None:
    assert next_stream(waiting, held, slots) == chosen


WORK = st.lists(
    st.one_of(
        st.tuples(st.just("comes"), st.integers(0, 4), st.integers(1, 6)),
        st.tuples(st.just("done"), st.integers(0, 4), st.just(0)),
    ),
    min_size=1,
    max_size=60,
)


@given(st.integers(1, 9), WORK)
@example(
    4,
    [
        *(("comes", 4, 5), ("comes", 2, 2), ("done", 4, 0), ("comes", 1, 4)),
        *(("done", 1, 0), ("done", 1, 0), ("done", 1, 0), ("comes", 0, 1)),
        *(("done", 4, 0), ("done", 4, 0), ("done", 0, 0)),
    ],
)
def test_slots_are_shared_fairly_and_none_is_free_while_somebody_waits(
    slots: int, work: list[tuple[str, int, int]]
) -> None:
    left, held = Counter[str](), Counter[str]()
    order = list("abcde")
    passed = Counter[str]()
    for what, which, count in work:
        name = "abcde"[which]
        if what == "comes":
            left[name] += count
        elif held[name]:
            held[name] -= 1
        while True:
            waiting = [one for one in order if left[one]]
            chosen = next_stream(waiting, +held, slots)
            if chosen is None:
                break
            others = [one for one in waiting if one != chosen]
            if any(held[one] < half_of(slots) for one in others):
                assert held[chosen] < half_of(slots)
            taken = held.total()
            assert taken < slots or (taken == slots and not held[chosen])
            left[chosen] -= 1
            held[chosen] += 1
            order.remove(chosen)
            order.append(chosen)
            passed[chosen] = 0
            for one in others:
                # One more than there are is for who has none.
                passed[one] += held[one] < (half_of(slots) if taken < slots else 1)
                assert passed[one] <= len(order)
        assert not [one for one in order if left[one]] or held.total() >= slots
        assert held.total() <= slots + 1
