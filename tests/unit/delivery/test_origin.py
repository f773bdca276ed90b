"""The first commit of a dataset on somebody else's topic: the real loop and ledger, and a death at each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from unit.delivery.datasets import TOPIC, Killed
from unit.delivery.orders import orders

from waybill_common.contract import Registry
from waybill_common.kafka import TopicState
from waybill_common.lake import open_lake
from waybill_common.ledger import Journal, Layout, Manifest, ManifestPlan, Receipt, origin_of
from waybill_common.settings import LakeSettings
from waybill_common.stream_start import Start
from waybill_delivery.beginning_at import begin_dataset
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.targets import reach_by_commits

ORDERS = orders()
MOST = 1000


@dataclass
class Runs:
    """Runs on one lake and one topic of which nothing is ever read: a split of it is only told."""

    folder: Path
    start: Start
    log_start: int = 0
    log_end: int = 0
    number: int = 0
    carried: list[tuple[int, int]] = field(default_factory=list)

    @property
    def topic(self) -> TopicState:
        return TopicState(TOPIC, "id", {0: self.log_start}, {0: self.log_end})

    def loop(self, killed_at: str = "") -> DeliveryLoop:
        self.number += 1
        lake = open_lake(LakeSettings(url=str(self.folder)), "orders")
        journal = Journal(lake, writer=f"{self.number:032x}")
        layout = Layout(row_group_rows=100, compression="zstd")
        plan = ManifestPlan(TOPIC, ORDERS, layout, 10_000, False, journal.writer, "0.2.0")  # noqa: FBT003
        return Loop(
            journal,
            plan,
            Registry((ORDERS,)),
            lambda: self.topic,
            lambda manifest, _: pytest.fail(f"{manifest.splits} are to be carried"),
            journal.position(),
            sleep=lambda _: None,
            origin_at=lambda topic: origin_of(self.start, topic, {}),
            killed_at=killed_at,
        )

    def run(self, killed_at: str = "", *, stop: Callable[[], bool] = lambda: False) -> DeliveryLoop:
        """As an engine does with what is there."""
        loop = self.loop(killed_at)
        begin_dataset(loop, MOST, stop)
        assert loop.position.number or loop.position.open, "nothing says where the dataset begins"
        if not stop():
            reach_by_commits(loop, loop.look().log_ends, MOST, stop)
        return loop


@dataclass
class Loop(DeliveryLoop):
    killed_at: str = ""

    def __post_init__(self) -> None:
        opened, closed = self.journal.open, self.journal.close

        def opening(at: Any, manifest: Manifest) -> Any:
            self._die("before the manifest")
            found = opened(at, manifest)
            self._die("after the manifest")
            return found

        def closing(manifest: Manifest, receipt: Receipt) -> Any:
            self._die("before the receipt")
            found = closed(manifest, receipt)
            self._die("after the receipt")
            return found

        object.__setattr__(self.journal, "open", opening)
        object.__setattr__(self.journal, "close", closing)

    def _die(self, at: str) -> None:
        if self.killed_at == at:
            raise Killed


STEPS = ("before the manifest", "after the manifest", "before the receipt", "after the receipt")


@pytest.mark.parametrize("start", ["latest", "earliest"])
@pytest.mark.parametrize("step", STEPS)
def test_what_came_after_the_first_run_that_ended_well_is_behind_the_origin(
    start: Start, step: str, tmp_path: Path
) -> None:
    """``earliest`` of a topic whose records have all expired: there is nothing to move, either."""
    runs = Runs(tmp_path, start, log_start=7, log_end=7)
    with pytest.raises(Killed):
        runs.run(step)
    done = runs.run()
    assert (done.position.number, done.position.frontier) == (1, {0: 7})
    first = done.journal.first()
    assert first is not None
    assert (first.before, first.after, first.splits) == ({0: 7}, {0: 7}, ())
    runs.log_end = 9
    later = runs.loop()
    assert later._next({0: 9}).manifest.before == {0: 7}  # type: ignore[union-attr]  # one to be opened


def test_a_stop_that_was_asked_for_before_takes_effect_behind_the_first_commit(tmp_path: Path) -> None:
    runs = Runs(tmp_path, "earliest", log_start=2, log_end=9)
    done = runs.run(stop=lambda: True)
    assert (done.position.number, done.position.frontier) == (1, {0: 2})


def test_a_dataset_has_one_origin_whoever_begins_it(tmp_path: Path) -> None:
    runs = Runs(tmp_path, "latest", log_end=7)
    late = runs.loop()
    runs.run()
    runs.log_end = 9
    begin_dataset(late, MOST, lambda: True)
    assert (late.position.number, late.position.frontier) == (1, {0: 7})


def test_no_run_after_the_first_asks_where_to_begin(tmp_path: Path) -> None:
    runs = Runs(tmp_path, "latest", log_end=7)
    runs.run()
    runs.start = {0: 3}
    later = runs.loop()
    later.origin_at = lambda _: pytest.fail("asked")
    begin_dataset(later, MOST, lambda: False)
    later.recover()
    assert later.position.frontier == {0: 7}
