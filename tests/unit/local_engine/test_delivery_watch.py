"""What a delivery shows of itself: figures after each look and commit, and whether it gets on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from prometheus_client.parser import text_string_to_metric_families
from unit.ledger.entries import manifest3, receipt1, receipt3

from waybill_common.kafka import TopicState
from waybill_common.ledger import Receipt
from waybill_common.settings import Settings
from waybill_delivery.backfilling import Backfill
from waybill_delivery.loop import DeliveryLoop
from waybill_local.delivery_figures import FIGURES
from waybill_local.delivery_watch import DeliveryWatch
from waybill_local.local_run import watch_of
from waybill_status.exposition import registry_of, text_of


@dataclass
class Clock:
    """Seconds of a monotonic clock; the other one is a thousand ahead."""

    at: float = 0.0
    closed: list[int] = field(default_factory=list)

    def __call__(self) -> float:
        return self.at

    def wall(self) -> float:
        return self.at + 1000


@pytest.fixture
def clock() -> Clock:
    return Clock()


def watching(clock: Clock, period: float | None = 10.0) -> DeliveryWatch:
    return DeliveryWatch("names", "10 seconds", period, clock, clock.wall)


def loop(
    clock: Clock,
    starts: dict[int, int],
    ends: dict[int, int],
    frontier: dict[int, int] | None = None,
    stream: str = "names",
) -> DeliveryLoop:
    """As much of one as the watch looks at."""
    made: Any = SimpleNamespace(
        plan=SimpleNamespace(ledger_stream=stream),
        topic=lambda: TopicState("names_topic", "id", starts, ends),
        closed=lambda receipt: clock.closed.append(receipt.number),
        begins=lambda _manifest: None,
        position=SimpleNamespace(frontier=frontier or {}),
    )
    return cast(DeliveryLoop, made)


def told(watch: DeliveryWatch, stream: str = "names") -> dict[tuple[str, ...], float]:
    """Each sample of a stream by its name and what its labels say beside the stream."""
    found = {}
    for family in text_string_to_metric_families(text_of(registry_of(watch)).decode()):
        for sample in family.samples:
            others = dict(sample.labels)
            if others.pop("stream") == stream:
                found[sample.name.removeprefix("waybill_delivery_"), *others.values()] = sample.value
    return found


def test_before_the_first_look_sums_are_0_and_nothing_is_told_of_the_topic(clock: Clock) -> None:
    found = told(watching(clock))
    assert (found["commits_total",], found["rows_total",], found["healthy",]) == (0, 0, 1)
    assert found["dead_letters_total", "not_json"] == 0
    assert not {"frontier_offset", "pending_offsets", "last_receipt_timestamp_seconds"} & {
        k[0] for k in found
    }


def test_a_look_tells_what_waits_and_what_retention_may_still_take(clock: Clock) -> None:
    watch = watching(clock)
    delivery = loop(clock, {0: 5, 1: 0, 2: 7, 3: 9}, {0: 30, 1: 0, 2: 20, 3: 12}, {0: 10, 1: 0, 3: 2})
    watch.follow(delivery)
    clock.at = 7
    assert delivery.topic().log_ends[0] == 30
    found = told(watch)
    assert [found["frontier_offset", p] for p in "0123"] == [10, 0, 0, 2]
    assert [found["pending_offsets", p] for p in "0123"] == [20, 0, 13, 3]
    assert [found["retention_headroom_offsets", p] for p in "0123"] == [5, 0, -7, -7]
    assert found["last_look_timestamp_seconds",] == 1007


@pytest.mark.parametrize("make", [receipt1, receipt3], ids=["format 1", "format 3"])
def test_a_commit_adds_to_the_sums_and_moves_the_frontier(make: Callable[[], Receipt], clock: Clock) -> None:
    watch = watching(clock)
    delivery = loop(clock, {0: 0}, {0: 12})
    watch.follow(delivery)
    delivery.topic()
    for number in (1, 2):
        delivery.begins(manifest3())
        clock.at += 0.4 * number
        delivery.closed(make())
    found = told(watch)
    receipt = make()
    assert clock.closed == [receipt.number] * 2
    assert (found["commits_total",], found["rows_total",]) == (2, 2 * receipt.rows)
    assert found["dead_letters_total", "not_json"] == 2 * receipt.dead > 0
    assert (found["frontier_offset", "0"], found["pending_offsets", "0"]) == (10, 2)
    assert found["last_receipt_timestamp_seconds",] == pytest.approx(1001.2)
    assert found["commit_duration_seconds_count",] == 2
    assert found["commit_duration_seconds_sum",] == pytest.approx(1.2)
    assert found["commit_duration_seconds_bucket", "0.5"] == 1


def test_a_reason_of_a_later_release_has_a_figure_too(clock: Clock) -> None:
    watch = watching(clock)
    delivery = loop(clock, {}, {})
    watch.follow(delivery)
    delivery.closed(receipt3().model_copy(update={"reasons": {"of_tomorrow": 3}}))
    assert told(watch)["dead_letters_total", "of_tomorrow"] == 3


def test_it_is_ill_when_neither_a_commit_nor_an_empty_look_came_for_three_triggers(clock: Clock) -> None:
    watch = watching(clock)
    delivery = loop(clock, {0: 0}, {0: 12})
    watch.follow(delivery)
    signs: dict[int, Callable[[], object]] = {
        10: lambda: watch.idle(delivery),
        20: lambda: delivery.closed(receipt3()),
    }
    for at, act in signs.items():
        clock.at = at
        act()
        clock.at = at + 30
        assert watch.complaint() is None
        clock.at = at + 30.1
        delivery.topic()  # a look that leads to a commit is no sign: the commit is
        assert told(watch)["healthy",] == 0
        assert watch.complaint() == (
            "No commit and no look that found nothing to deliver came for 30.1 s; allowed are 30.0 s (three times "
            "delivery.trigger, 10 seconds, or what the last commit took); look into the run's log for what it waits "
            "for, Kafka or the store, and restart it if that stays."
        )
        clock.at = at


@pytest.mark.parametrize(
    ("trigger", "backfill"),
    [("available-now", None), ("10 seconds", Backfill(begin={0: 0}, end={0: 1}))],
    ids=["available-now", "backfill"],
)
def test_a_run_that_ends_by_itself_is_well_while_it_lives(trigger: str, backfill: Backfill | None) -> None:
    settings = Settings.model_validate({"delivery": {"trigger": trigger}})
    watch = watch_of(settings, backfill)
    watch._heartbeat._signs = replace(watch._heartbeat._signs, began=-1e9)
    assert watch.complaint() is None


def test_what_was_redriven_has_figures_of_its_own_and_is_a_sign_of_life(clock: Clock) -> None:
    watch = watching(clock)
    own, redriven = loop(clock, {0: 0}, {0: 12}), loop(clock, {0: 0}, {0: 9}, {0: 4}, "names_redriven")
    watch.follow(own)
    own.topic()
    assert told(watch, "names_redriven") == {}
    watch.beside(redriven)
    redriven.topic()
    clock.at = 25
    redriven.begins(manifest3())
    clock.at = 27
    redriven.closed(receipt3())
    found, own_found = told(watch, "names_redriven"), told(watch)
    assert (found["frontier_offset", "0"], found["pending_offsets", "0"], found["commits_total",]) == (
        10,
        0,
        1,
    )
    assert (found["rows_total",], found["commit_duration_seconds_sum",]) == (receipt3().rows, 2)
    assert found["last_receipt_timestamp_seconds",] == 1027
    assert ("healthy",) not in found
    assert (own_found["frontier_offset", "0"], own_found["pending_offsets", "0"]) == (0, 12)
    assert (own_found["commits_total",], own_found["rows_total",]) == (0, 0)
    clock.at = 50
    assert watch.complaint() is None
    assert clock.closed == [receipt3().number]


def test_its_sums_go_on_where_it_begins_anew_after_a_failure(clock: Clock) -> None:
    watch = watching(clock)
    watch.follow(loop(clock, {0: 0}, {0: 12}))
    for _ in range(2):
        again = loop(clock, {0: 0}, {0: 20}, {0: 10}, "names_redriven")
        watch.beside(again)
        again.closed(receipt3())
    assert told(watch, "names_redriven")["commits_total",] == 2


def test_all_figures_are_told_each_once(clock: Clock) -> None:
    assert tuple(figure for figure, _ in watching(clock).figures()) == FIGURES
