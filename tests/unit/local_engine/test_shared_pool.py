"""Drivers of several streams carry commits by one pool of workers at the same time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from unit.local_engine.crew import Crew, context, crew_at_work, splits_of

from waybill_common.errors import KafkaUnavailable
from waybill_common.settings import LogSettings
from waybill_delivery.splits import SplitsDropped
from waybill_local import workers
from waybill_local.workers import Workers

WAIT = 30


@pytest.fixture
def crew() -> Iterator[Crew]:
    with crew_at_work() as made:
        yield made


@pytest.fixture
def drivers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as made:
        yield made


def soon(is_so: Any) -> None:
    deadline = time.monotonic() + WAIT
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_commits_of_several_streams_are_carried_side_by_side(
    crew: Crew, drivers: ThreadPoolExecutor, tmp_path: Path
) -> None:
    pool = Workers(2, LogSettings())
    commits = [context(tmp_path, splits_of(4, 3), stream=f"s{n}") for n in range(6)]
    assert [len(reports) for reports in drivers.map(pool.carry, commits)] == [12] * 6
    assert crew.started_workers <= 3


@pytest.mark.parametrize("count", [2, 4])
def test_a_stream_that_blocks_delays_no_other(
    count: int, crew: Crew, drivers: ThreadPoolExecutor, tmp_path: Path
) -> None:
    """It came first and has every slot."""
    gate = crew.blocked["slow"] = threading.Event()
    pool = Workers(count, LogSettings())
    slow = drivers.submit(pool.carry, context(tmp_path, splits_of(9), stream="slow"))
    soon(lambda: len(crew.by) == count)
    quick = drivers.submit(pool.carry, context(tmp_path, splits_of(3), stream="quick"))
    assert len(quick.result(WAIT)) == 3
    assert not slow.done()
    gate.set()
    assert len(slow.result(WAIT)) == 9
    assert crew.started_workers == count + 1


def test_while_another_waits_a_stream_gets_no_more_than_half(
    crew: Crew, drivers: ThreadPoolExecutor, tmp_path: Path
) -> None:
    gates = {name: threading.Event() for name in ("first", "a", "b")}
    crew.blocked.update(gates)
    pool = Workers(4, LogSettings())
    going = [drivers.submit(pool.carry, context(tmp_path, splits_of(4), stream="first"))]
    soon(lambda: len(crew.by) == 4)
    going += [drivers.submit(pool.carry, context(tmp_path, splits_of(9), stream=name)) for name in "ab"]
    soon(lambda: {*pool._commits} == {*gates})
    gates["first"].set()
    assert len(going[0].result(WAIT)) == 4
    soon(lambda: len(crew.by) == 8)
    assert (crew.by.count("a"), crew.by.count("b")) == (2, 2)
    for gate in gates.values():
        gate.set()
    assert [len(one.result(WAIT)) for one in going[1:]] == [9, 9]


def test_what_ends_one_commit_leaves_the_others_alone(
    crew: Crew, drivers: ThreadPoolExecutor, tmp_path: Path
) -> None:
    crew.refused = frozenset({7})
    pool = Workers(2, LogSettings())
    failing = drivers.submit(pool.carry, context(tmp_path, splits_of(8), stream="a"))
    well = drivers.submit(pool.carry, context(tmp_path, splits_of(7), stream="b"))
    with pytest.raises(KafkaUnavailable):
        failing.result(WAIT)
    assert len(well.result(WAIT)) == 7


def test_of_a_run_that_is_to_end_splits_that_were_not_begun_are_dropped_and_whole_commits_carried(
    crew: Crew, drivers: ThreadPoolExecutor, tmp_path: Path
) -> None:
    gates = {name: threading.Event() for name in ("large", "small")}
    crew.blocked.update(gates)
    pool = Workers(4, LogSettings())
    large = drivers.submit(pool.carry, context(tmp_path, splits_of(4, 5), stream="large"))
    soon(lambda: len(crew.by) == 4)
    small = drivers.submit(pool.carry, context(tmp_path, splits_of(1), stream="small"))
    soon(lambda: len(crew.by) == 5)
    pool.drop_what_is_not_begun()
    late = drivers.submit(pool.carry, context(tmp_path, splits_of(1), stream="late"))
    with pytest.raises(SplitsDropped):
        late.result(WAIT)
    assert not large.done()
    for gate in gates.values():
        gate.set()
    with pytest.raises(SplitsDropped, match="large"):
        large.result(WAIT)
    assert len(small.result(WAIT)) == 1
    assert len(crew.by) == 5


def test_a_bug_in_the_pool_is_raised_by_the_commit_that_met_it(
    crew: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del crew

    def broken(_workers: Workers) -> Any:
        raise ValueError("no process")

    monkeypatch.setattr(Workers, "_started", broken)
    with pytest.raises(ValueError, match="no process"):
        Workers(2, LogSettings()).carry(context(tmp_path, splits_of(3)))


def test_a_worker_that_goes_from_stream_to_stream_is_sent_no_context_twice(
    crew: Crew, drivers: ThreadPoolExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    class Noting:
        def __init__(self, pipe: Any) -> None:
            self.pipe = pipe

        def recv(self) -> Any:
            work = self.pipe.recv()
            sent.extend([work[0]] * (work[1] is not None))
            return work

        def __getattr__(self, name: str) -> Any:
            return getattr(self.pipe, name)

    serve = crew._serve
    monkeypatch.setattr(crew, "_serve", lambda pipe: serve(Noting(pipe)))
    pool = Workers(1, LogSettings())
    for future in [
        drivers.submit(pool.carry, context(tmp_path, splits_of(4, 5), stream=name)) for name in "ab"
    ]:
        future.result(WAIT)
    assert sorted(sent) == ["a", "b"]


def test_a_bug_in_what_hands_out_splits_leaves_nobody_waiting(
    crew: Crew, drivers: ThreadPoolExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Workers(1, LogSettings())
    gate = crew.blocked["a"] = threading.Event()
    going = [drivers.submit(pool.carry, context(tmp_path, splits_of(3), stream=name)) for name in ("a", "b")]
    soon(lambda: {*pool._commits} == {"a", "b"})

    def broken(*_: Any) -> Any:
        raise KeyError("no turn")

    monkeypatch.setattr(workers, "next_stream", broken)
    gate.set()
    for one in going:
        with pytest.raises(KeyError, match="no turn"):
            one.result(WAIT)
