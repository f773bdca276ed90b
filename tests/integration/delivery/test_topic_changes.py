"""A topic that changes under a run: made anew while a task reads it, or compacted between two commits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from integration.delivery.conftest import Driver, Stream
from integration.delivery.test_drivers import Stopped, killed
from integration.delivery.test_refusals import stored
from sample_events import START, nth_event

from waybill_common import kafka
from waybill_common.errors import TopicRefused
from waybill_common.kafka import librdkafka_config
from waybill_common.ledger import SplitReport
from waybill_delivery.events import decoder_of, split_consumer
from waybill_delivery.splits import task
from waybill_delivery.splits.task import deliver_splits
from waybill_delivery.splits.task_context import TaskContext
from waybill_streams.names import NAMES


def interrupt(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    """The topic is made anew after the task has made sure of it, and before it reads."""
    asked: list[dict[int, int]] = []

    def first_offsets(*arguments: Any) -> dict[int, int]:
        if not asked:
            stream.make_anew()
            later = [nth_event(n, produced_at=START + timedelta(days=1)) for n in range(20)]
            stream.produce([NAMES.encode(event) for event in later])
            stream.ends()
        asked.append(kafka.first_offsets(*arguments))
        return asked[-1]

    monkeypatch.setattr(task, "first_offsets", first_offsets)


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed by another driver"])
def test_a_late_task_stores_nothing_of_a_topic_made_anew(
    stream: Stream, monkeypatch: pytest.MonkeyPatch, *, closed: bool
) -> None:
    stream.names(20)
    late = stream.driver()
    late.carry = killed
    with pytest.raises(Stopped):
        late.reach(stream.ends())
    manifest = late.position.open
    assert manifest is not None
    if closed:
        stream.driver().recover()
    before = stored(stream)
    context = TaskContext(manifest, NAMES, stream.kafka, stream.lake, accept_loss=False)
    reader = split_consumer(librdkafka_config(stream.kafka))
    interrupt(stream, monkeypatch)
    try:
        with pytest.raises(
            TopicRefused, match="deleted or recreated while commit 1 was delivered: its id is"
        ):
            deliver_splits(context, manifest.splits[:1], reader, decoder_of(NAMES, 3))
    finally:
        reader.close()
    assert stored(stream) == before


def compacted_after_data(driver: Driver, stream: Stream) -> None:
    carry = driver.carry

    def switched(*arguments: Any) -> list[SplitReport]:
        reports = carry(*arguments)
        stream.configure("cleanup.policy", "compact")
        return reports

    driver.carry = switched


@pytest.mark.parametrize("when", ["before a manifest", "before a receipt"])
def test_a_topic_switched_to_compaction_under_a_run_ends_it(stream: Stream, when: str) -> None:
    stream.names(5)
    driver = stream.driver()
    driver.sleep = lambda _: None
    driver.reach(stream.ends())
    stream.names(5, first=100)
    if when == "before a manifest":
        stream.configure("cleanup.policy", "compact")
    else:
        compacted_after_data(driver, stream)
    with pytest.raises(TopicRefused, match=r"cleanup\.policy=compact"):
        driver.reach(stream.ends())
    assert driver.position.number == 1
    stream.configure("cleanup.policy", "delete")
    again = stream.driver()
    again.reach(stream.ends())
    assert [receipt.rows for receipt in again.receipts] == [5]
