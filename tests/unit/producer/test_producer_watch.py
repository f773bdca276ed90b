"""What a producer shows of itself: what it published, and that a wait which it was told to make is no illness."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from unit.producer.test_polling import FIRST, made

from waybill_producer.producer_figures import FIGURES
from waybill_producer.producer_watch import ProducerWatch
from waybill_status.exposition import registry_of, text_of


class Clock:
    at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(clock: Clock) -> ProducerWatch:
    return ProducerWatch("names", 10.0, clock, lambda: clock.at + 1000)


BATCH: Any = replace(made(FIRST), events=48, dead={"bad_value": 1, "repeated_id": 1})


def told(watch: ProducerWatch) -> dict[tuple[str, ...], float]:
    """Each sample by its name and what its labels say beside the stream."""
    found = {}
    for family in text_string_to_metric_families(text_of(registry_of(watch)).decode()):
        for sample in family.samples:
            others = dict(sample.labels)
            assert others.pop("stream") == "names"
            found[sample.name.removeprefix("waybill_producer_"), *others.values()] = sample.value
    return found


def test_what_is_committed_is_counted(watch: ProducerWatch, clock: Clock) -> None:
    assert ("last_publish_timestamp_seconds",) not in told(watch)
    clock.at = 3
    watch.published(BATCH)
    watch.published(BATCH)
    watch.failed()
    watch.throttled("api", 5)
    found = told(watch)
    assert (found["records_total",], found["pages_total",], found["failed_requests_total",]) == (96, 2, 1)
    assert {reason[0]: n for (name, *reason), n in found.items() if name == "dead_letters_total" and n} == {
        "bad_value": 2,
        "repeated_id": 2,
    }
    assert (found["throttles_total", "api"], found["throttles_total", "window"]) == (1, 0)
    assert found["last_publish_timestamp_seconds",] == 1003


def test_all_figures_are_told_each_once(watch: ProducerWatch) -> None:
    assert tuple(figure for figure, _ in watch.figures()) == FIGURES


def test_failed_requests_for_three_pauses_are_an_illness(watch: ProducerWatch, clock: Clock) -> None:
    for at in (10, 20):
        clock.at = at
        watch.published(BATCH)
    clock.at = 50
    watch.failed()
    assert watch.complaint() is None
    clock.at = 50.1
    watch.failed()
    assert told(watch)["healthy",] == 0
    assert watch.complaint() == (
        "No published page and no wait that the API or its rate limit asked for came for 30.1 s; allowed are 30.0 s "
        "(three times producer.pause_interval, 10 s, or what the last page took); look into the run's log for what it "
        "waits for, the API or Kafka, and restart it if that stays."
    )
    watch.published(BATCH)
    assert watch.complaint() is None


@pytest.mark.parametrize("by", ["api", "window"])
def test_who_is_told_to_wait_is_not_ill_before_its_time(by: Any, watch: ProducerWatch, clock: Clock) -> None:
    watch.published(BATCH)
    clock.at = 1
    watch.throttled(by, 300)
    clock.at = 301 + 30
    assert watch.complaint() is None
    clock.at += 0.1
    assert watch.complaint() is not None
