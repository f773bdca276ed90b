"""Several streams in one run, with what was redriven of some."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from unit.delivery.several_world import PASSING, WAIT, World, codes, soon
from unit.delivery.several_world import beside as beside
from unit.delivery.several_world import world as world

from waybill_common.errors import ContractRefused
from waybill_delivery.run_summary import RunSummary


def test_what_was_redriven_is_delivered_beside_its_stream_also_once_that_has_a_source(world: World) -> None:
    world.run(world.stream("a", 4, source=None), world.stream("ours", 4))
    for name in ("a", "ours"):
        world.redriven(name, 3)
    summary = world.run(world.stream("a", 4, source=None), world.stream("ours", 4), world.stream("always", 4))
    assert (world.frontier("a"), world.frontier("a_redriven"), world.frontier("ours_redriven")) == (4, 3, 3)
    told: Any = summary.as_json(seconds=1)["streams"]
    assert [(one["commits"], one["redriven"]["commits"]) for one in (told["a"], told["ours"])] == [
        ([], [1])
    ] * 2
    assert "redriven" not in told["always"]
    assert world.watches["a"].others == 1
    again = world.run(world.stream("a", 4, source=None))
    assert again.streams["a"].delivered.redriven in (None, RunSummary())


def test_an_endless_run_begins_with_what_is_redriven_once_there_is_some(
    world: World, beside: ThreadPoolExecutor
) -> None:
    going = beside.submit(world.run, world.stream("a", 4, "20 milliseconds", source=None))
    soon(lambda: world.frontier("a") == 4)
    for records in (2, 5):
        world.errors["a_redriven"] = [PASSING]
        world.redriven("a", records)
        soon(lambda records=records: world.frontier("a_redriven") == records)
    for _ in range(2):  # the turn that stored the last of it may still look once more
        looks, alone = len(world.looks), world.alone["a.redriven"]
        soon(lambda looks=looks: len(world.looks) > looks + 5)
    assert world.alone["a.redriven"] == alone, "it is asked for by itself though nothing of it waits"
    world.stop.event.set()
    summary = going.result(WAIT)
    assert codes(summary) == {"a": 0}
    redriven = summary.streams["a"].delivered.redriven
    assert redriven is not None
    assert redriven.commits == [1, 2]


def test_what_is_redriven_and_cannot_be_delivered_ends_its_stream_and_names_the_open_commit(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.errors["a_redriven"] = [ContractRefused("It may not follow.", allowed="a.", remedy="b.")]
    world.redriven("a", 3)
    summary = world.run(world.stream("a", 4, source=None), world.stream("b", 4, source=None))
    assert codes(summary) == {"a": 27, "b": 0}
    assert (world.frontier("a"), world.frontier("a_redriven"), world.frontier("b")) == (4, 0, 4)
    told = "".join(capsys.readouterr())
    assert any("a_redriven" in line for line in told.splitlines() if "commit_stays_open" in line)
