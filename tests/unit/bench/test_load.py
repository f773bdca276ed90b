from __future__ import annotations

import json

import pytest
from model_judge import Dead, judge

from waybill_bench.events import LARGE, SMALL, Recipe, count_broken, values
from waybill_bench.load import COMMIT_EVERY, Load
from waybill_streams.packaged import STREAMS


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1])
@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_as_many_events_break_the_contract_as_are_counted(share: float, size: int) -> None:
    recipe = Recipe(bytes=size, broken=share)
    found = list(values(recipe, 3000))
    broken = sum(isinstance(judge(STREAMS["names"].current, value), Dead) for value in found)
    assert broken == count_broken(recipe, 3000)
    assert broken == pytest.approx(3000 * share, rel=0.3)
    assert sum(map(len, found)) / len(found) == pytest.approx(size, rel=0.1)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_good_events_are_spelled_as_a_json_library_spells_them(size: int) -> None:
    for value in values(Recipe(bytes=size), 1000):
        again = json.dumps(json.loads(value), separators=(",", ":"))
        assert value.decode() == again


def test_a_load_is_sent_in_transactions_that_differ() -> None:
    load = Load(records=2 * COMMIT_EVERY + 1, recipe=Recipe(broken=0.1))
    transactions = list(load.transactions())
    assert [count for _, count in transactions] == [COMMIT_EVERY, COMMIT_EVERY, 1]
    assert len({recipe for recipe, _ in transactions}) == 3
    assert load.broken == sum(recipe.broken_in(count) for recipe, count in transactions)
