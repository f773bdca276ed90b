"""Recovery: from the SIGKILL of a driver in mid-commit to the next receipt, under load."""

from __future__ import annotations

import time
from collections.abc import Iterator

from waybill_bench.flow.dataset import Dataset, await_moment
from waybill_bench.flow.driver import START_SECONDS, Driver
from waybill_bench.flow.feed import Feed
from waybill_bench.flow.verify import audit
from waybill_bench.result import Run
from waybill_bench.world import World
from waybill_common.errors import ServiceNotReady
from waybill_common.kafka import ensure_topic
from waybill_common.settings import KafkaSettings

RATE = 1_000
TRIGGER_SECONDS = 1
_TOPIC = "bench_recovery"
_AT_WORK = 2
"""Receipts after a start before the next kill: the driver is past its first, slow batch."""

_ATTEMPTS = 5
_LOAD_SECONDS = 600.0


def recovery(world: World, quick: bool) -> Iterator[Run]:
    """Each turn kills the driver that the turn before has started."""
    room = world.room("recovery")
    lake, dataset = room / "lake", Dataset(room / "lake" / "names")
    lake.mkdir()
    kafka = KafkaSettings(bootstrap_servers=world.bootstrap_servers, replication_factor=1)
    ensure_topic(kafka, _TOPIC, partitions=4)
    settings = world.settings(_TOPIC, str(lake), delivery__trigger=f"{TRIGGER_SECONDS} seconds")
    with (
        Feed(world, _TOPIC, seed=1, rate=RATE, seconds=_LOAD_SECONDS) as feed,
        Driver(world, settings, room) as driver,
    ):
        driver.start()
        for turn in range(1, 2 if quick else 6):
            case = f"{RATE:,} events/s, trigger {TRIGGER_SECONDS} s"
            values = {"seconds": _recovered(driver, dataset)}
            yield Run(bench="recovery", case=case, contender="waybill", turn=turn, values=values)
        events = feed.stop().events
        await_moment("the delivery of the rest", lambda: dataset.delivered() >= events, START_SECONDS)
        driver.stop()
    report = audit(world, room, settings).report
    assert report["counts"]["rows"] == events, (report["counts"], events)


def _recovered(driver: Driver, dataset: Dataset) -> float:
    """Seconds from the kill to the receipt of the commit that was in hand."""
    for _ in range(_ATTEMPTS):
        _await_receipt(dataset, max(dataset.receipts(), default=0) + _AT_WORK)
        await_moment("a manifest", lambda: dataset.open_commit() is not None, START_SECONDS)
        killed = time.time()
        driver.kill()
        number = dataset.open_commit()
        driver.restart()
        if number is not None:
            _await_receipt(dataset, number)
            return dataset.receipts()[number].stat().st_mtime - killed
    raise ServiceNotReady(
        f"{_ATTEMPTS} kills came too late for the commit in hand.",
        allowed="a kill between manifest and receipt.",
        remedy="run again on a less busy machine.",
    )


def _await_receipt(dataset: Dataset, number: int) -> None:
    await_moment(f"receipt {number}", lambda: number in dataset.receipts(), START_SECONDS)
