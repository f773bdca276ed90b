"""Several streams in one run: what ends one leaves the others alone, and what none of them waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from unit.delivery.several_world import PASSING, WAIT, World, codes, soon
from unit.delivery.several_world import beside as beside
from unit.delivery.several_world import world as world

from waybill_common.errors import ContractRefused, TopicRefused
from waybill_common.lake import Lake
from waybill_common.ledger import Journal
from waybill_common.many import tries
from waybill_common.settings import Settings
from waybill_delivery.several import store_probe
from waybill_delivery.splits import SplitsDropped


def test_what_is_there_of_each_stream_is_delivered_and_the_run_ends(world: World) -> None:
    streams = [world.stream(name, waiting) for name, waiting in {"a": 5, "b": 0, "c": 70}.items()]
    summary = world.run(*streams)
    assert codes(summary) == {"a": 0, "b": 0, "c": 0}
    assert summary.exit_code == 0
    assert [world.frontier(name) for name in "abc"] == [5, 0, 70]
    assert summary.streams["a"].delivered.commits == [1]
    assert summary.as_json(seconds=1)["streams"]["b"]["commits"] == []  # type: ignore[index]
    assert [watch.end for watch in world.watches.values()] == [None] * 3


def test_one_look_serves_all_streams_and_one_that_has_nothing_is_asked_for_no_more(world: World) -> None:
    names = [f"s{n}" for n in range(40)]
    world.run(*(world.stream(name) for name in names))
    assert world.looks == [sorted(f"{name}{of}" for name in names for of in ("_topic", ".redriven"))]
    assert not world.alone


def test_what_ends_one_stream_leaves_the_others_alone(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = ContractRefused("It may not follow.", allowed="a.", remedy="b.")
    world.errors = {"bad": [refused], "bug": [ValueError("of ours")]}
    summary = world.run(world.stream("bad", 3), world.stream("well", 3), world.stream("bug", 3))
    assert codes(summary) == {"bad": 27, "well": 0, "bug": 1}
    assert summary.exit_code == 1
    assert world.frontier("well") == 3
    said = capsys.readouterr().err
    assert "stream bad: It may not follow." in said
    assert "ValueError: of ours" in said
    assert world.watches["bad"].end == "it ended with ContractRefused (exit code 27)"
    assert [summary.streams[name].open_commit for name in ("bad", "well")] == [1, None]


@pytest.mark.parametrize(
    ("failures", "code", "turns"), [(5, 0, 6), (6, 20, 6)], ids=["passes in time", "does not"]
)
def test_a_stream_that_fails_for_a_passing_cause_gets_five_further_turns(
    failures: int, code: int, turns: int, world: World
) -> None:
    world.errors["a"] = [PASSING] * failures
    summary = world.run(world.stream("a", 3), world.stream("b", 3))
    assert codes(summary) == {"a": code, "b": 0}
    assert world.begun["a"] == turns
    assert world.frontier("a") == (3 if code == 0 else 0)


def test_of_an_endless_run_turns_are_counted_anew_once_one_went_well(
    world: World, beside: ThreadPoolExecutor
) -> None:
    going = beside.submit(world.run, world.stream("a", 1, "20 milliseconds"))
    for end in range(1, 5):
        world.errors["a"] = [PASSING] * 4
        world.ends["a_topic"] = end
        soon(lambda end=end: world.frontier("a") == end)
    world.stop.event.set()
    assert codes(going.result(WAIT)) == {"a": 0}


def test_a_look_that_fails_counts_for_each_stream_and_passes(world: World) -> None:
    world.look_errors = [PASSING] * 5
    assert codes(world.run(world.stream("a", 1), world.stream("b", 1))) == {"a": 0, "b": 0}
    world.look_errors = [PASSING] * 12  # six for each, where they are not due at one moment
    assert codes(world.run(world.stream("a", 1), world.stream("b", 1))) == {"a": 20, "b": 20}


def test_a_stream_that_blocks_delays_no_other(world: World, beside: ThreadPoolExecutor) -> None:
    """Whose commit waits, and whose topic nobody can tell anything of, asked by itself."""
    gate = world.gates["slow"] = threading.Event()
    going = beside.submit(
        world.run, world.stream("slow", 3, "20 milliseconds"), world.stream("quick", 1, "20 milliseconds")
    )
    soon(lambda: world.begun["slow"])
    for end in range(2, 6):
        world.ends["quick_topic"] = end
        soon(lambda end=end: world.frontier("quick") == end)
    assert world.frontier("slow") == 0
    gate.set()
    soon(lambda: world.frontier("slow") == 3)
    world.stop.event.set()
    assert codes(going.result(WAIT)) == {"slow": 0, "quick": 0}


def test_a_topic_of_which_the_common_look_told_nothing_is_asked_for_by_itself(world: World) -> None:
    world.untold = {"a_topic"}
    assert codes(world.run(world.stream("a", 4), world.stream("b"))) == {"a": 0, "b": 0}
    assert world.frontier("a") == 4
    assert world.alone["a_topic"]


def test_an_endless_run_looks_at_all_streams_at_once_also_after_one_had_work(
    world: World, beside: ThreadPoolExecutor
) -> None:
    going = beside.submit(world.run, *(world.stream(name, 1, "100 milliseconds") for name in "abc"))
    soon(lambda: all(world.frontier(name) == 1 for name in "abc"))
    world.ends["b_topic"] = 2
    soon(lambda: world.frontier("b") == 2)
    before = len(world.looks)
    soon(lambda: len(world.looks) > before + 4)
    world.stop.event.set()
    going.result(WAIT)
    assert world.looks[before + 2 : before + 4] == [["a_topic", "b_topic", "c_topic"]] * 2
    assert (world.asked_anew[0], {*world.asked_anew[1:]}) == (6, {0})


def test_while_nothing_comes_ends_are_all_that_is_asked_for_most_of_the_time(
    world: World, beside: ThreadPoolExecutor
) -> None:
    going = beside.submit(world.run, *(world.stream(name, 0, "50 milliseconds") for name in "ab"))
    soon(lambda: len(world.looks) > 5)
    world.stop.event.set()
    going.result(WAIT)
    every = ["a.redriven", "a_topic", "b.redriven", "b_topic"]
    assert (world.looks[0], world.asked_whole[0]) == (every, every)
    assert world.looks[2:5] == [["a_topic", "b_topic"]] * 3
    assert world.asked_whole[2:5] == [[]] * 3
    assert not world.alone


def test_few_records_are_held_back_by_each_streams_own_settings(
    world: World, beside: ThreadPoolExecutor
) -> None:
    going = beside.submit(
        world.run,
        world.stream("holds", 3, "20 milliseconds", min_offsets_per_trigger=10),
        world.stream("goes", 3, "20 milliseconds"),
    )
    soon(lambda: world.frontier("goes") == 3)
    soon(lambda: world.watches["holds"].idles > 3)
    assert world.frontier("holds") == 0
    world.ends["holds_topic"] = 10
    soon(lambda: world.frontier("holds") == 10)
    world.stop.event.set()
    going.result(WAIT)


def test_a_topic_that_an_idle_stream_cannot_go_on_with_ends_that_stream(
    world: World, beside: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("waybill_delivery.loop._SETTLING", (0.0, 0.0))
    going = beside.submit(
        world.run, world.stream("a", 3, "20 milliseconds"), world.stream("b", 3, "20 milliseconds")
    )
    soon(lambda: (world.frontier("a"), world.frontier("b")) == (3, 3))
    world.ids["a_topic"] = "another"
    soon(lambda: world.watches["a"].end != "still there")
    world.ends["b_topic"] = 5
    soon(lambda: world.frontier("b") == 5)
    world.stop.event.set()
    assert codes(going.result(WAIT)) == {"a": TopicRefused.exit_code, "b": 0}


def test_a_run_that_is_to_end_opens_nothing_closes_what_is_carried_whole_and_names_the_rest(
    world: World, beside: ThreadPoolExecutor, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("whole", "dropped"):
        world.gates[name] = threading.Event()
    streams = [world.stream(name, 3, "20 milliseconds") for name in ("whole", "dropped", "idle")]
    going = beside.submit(world.run, *streams)
    soon(lambda: (world.begun["whole"], world.begun["dropped"], world.frontier("idle")) == (1, 1, 3))
    assert sorted(world.stop.opened()) == ["dropped 1", "whole 1"]
    world.errors["dropped"] = [SplitsDropped("dropped")]
    world.ends["idle_topic"] = 9
    world.stop.event.set()
    assert world.dropped.wait(WAIT)
    for gate in world.gates.values():
        gate.set()
    summary = going.result(WAIT)
    assert codes(summary) == {"whole": 0, "dropped": 0, "idle": 0}
    assert {name: end.open_commit for name, end in summary.streams.items()} == {
        "whole": None, "dropped": 1, "idle": None,
    }  # fmt: skip
    assert (world.frontier("whole"), world.frontier("idle")) == (3, 3)
    assert "commit_stays_open" in "".join(capsys.readouterr())
    world.dropped.clear()
    world.stop.event.clear()
    world.gates.clear()
    assert codes(world.run(world.stream("dropped", 3))) == {"dropped": 0}
    assert world.frontier("dropped") == 3


def test_a_stream_that_waits_for_another_turn_when_the_run_is_to_end_keeps_its_failure(
    world: World, beside: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "_PAUSES", (1000.0,))
    world.errors["a"] = [PASSING]
    going = beside.submit(world.run, world.stream("a", 3, "20 milliseconds"))
    soon(lambda: not world.errors["a"])
    time.sleep(0.05)
    world.stop.event.set()
    summary = going.result(WAIT)
    assert (codes(summary), summary.streams["a"].open_commit) == ({"a": 20}, 1)


def test_the_store_is_probed_once_and_again_after_a_failure(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    probed: list[str] = []

    def probe(lake: Lake) -> None:
        probed.append(lake.stream)
        time.sleep(0.02)
        if len(probed) == 1:
            raise PASSING

    monkeypatch.setattr(store_probe, "check_conditional_writes", probe)
    summary = world.run(*(world.stream(f"s{n}", 1) for n in range(50)))
    assert {*codes(summary).values()} == {0}
    assert 2 <= len(probed) <= 3


@pytest.mark.parametrize("count", [0, 1])
def test_a_part_may_have_no_stream(count: int, world: World) -> None:
    assert world.run(*(world.stream(f"s{n}", 1) for n in range(count))).exit_code == 0


def test_a_manifest_of_a_stream_is_opened_by_nobody_else(world: World) -> None:
    """Two streams of one topic have a dataset each."""
    streams: Sequence[Settings] = [world.stream("a", 4), world.stream("b", 4)]
    world.ends["common"] = 4
    both = [
        one.model_copy(update={"stream": one.stream.model_copy(update={"topic": "common"})})
        for one in streams
    ]
    assert codes(world.run(*both)) == {"a": 0, "b": 0}
    assert (world.frontier("a"), world.frontier("b")) == (4, 4)


def test_where_a_foreign_topics_dataset_begins_is_written_down_though_nothing_is_to_be_moved(
    world: World,
) -> None:
    summary = world.run(world.stream("a", source=None), world.stream("b", source=None))
    assert [summary.streams[name].delivered.commits for name in "ab"] == [[1], [1]]
    again = world.run(world.stream("a", source=None), world.stream("b", source=None))
    assert [again.streams[name].delivered.commits for name in "ab"] == [[], []]


@pytest.mark.parametrize("trigger", ["available-now", "10 seconds"])
def test_a_run_that_is_asked_to_end_at_once_does_not_end_well_before_it_is_written_down(
    trigger: str, world: World
) -> None:
    """Else the next run would begin anew, and pass over what came meanwhile."""
    world.stop.event.set()
    streams = [world.stream(f"s{n}", 5, trigger, source=None) for n in range(40)]
    summary = world.run(*streams, world.stream("ours", 5, trigger))
    assert {*codes(summary).values()} == {0}
    for n in range(40):
        position = Journal(world.lake(f"s{n}"), writer="").position()
        assert (position.number, position.open) == (1, None)
    assert world.frontier("ours") == 0
