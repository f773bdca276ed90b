"""What a run of several streams shows of itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from waybill_local.delivery_watch import DeliveryWatch
from waybill_local.streams_watch import StreamsWatch
from waybill_status.exposition import registry_of, text_of


def watches(*names: str, clock: Callable[[], float] = lambda: 0.0) -> StreamsWatch:
    return StreamsWatch({name: DeliveryWatch(name, "10 seconds", 10.0, clock, clock) for name in names})


def test_each_figure_is_there_once_with_every_streams_values() -> None:
    text = text_of(registry_of(watches("a", "b"))).decode()
    for name in ("commits", "rows", "healthy"):
        assert text.count(f"# HELP waybill_delivery_{name}") == 1
    families = text_string_to_metric_families(text)
    found = {(one.name, one.labels["stream"]): one.value for family in families for one in family.samples}
    assert (found["waybill_delivery_healthy", "a"], found["waybill_delivery_healthy", "b"]) == (1, 1)


def test_a_run_is_ill_where_one_of_its_streams_is_and_says_which() -> None:
    now = 0.0
    watch = watches("a", "b", "c", clock=lambda: now)
    assert watch.complaint() is None
    watch.streams["a"].ended("it ended with LakeRefused (exit code 31)")
    watch.streams["c"].ended(None)
    assert watch.complaint() == (
        "a: it ended with LakeRefused (exit code 31); the run's log says what to do. It takes a new run to go on."
    )
    now = 1000.0
    complaint = watch.complaint()
    assert complaint is not None
    assert [line.split(":")[0] for line in complaint.splitlines()] == ["a", "b"]


@pytest.mark.parametrize("why", [None, "it ended"], ids=["well", "not well"])
def test_a_stream_that_has_ended_well_is_well_for_good(why: str | None) -> None:
    now = 0.0
    watch = DeliveryWatch("a", "1 seconds", 1.0, lambda: now, lambda: now)
    watch.ended(why)
    now = 1e6
    assert (watch.complaint() is None) is (why is None)
