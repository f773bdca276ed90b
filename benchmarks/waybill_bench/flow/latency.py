"""Latency: from an event's stamp to the Parquet object that holds it, at a steady pace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from waybill_bench.flow.dataset import Dataset, Rows, await_moment
from waybill_bench.flow.driver import START_SECONDS, Driver
from waybill_bench.flow.feed import Feed
from waybill_bench.flow.percentile import percentile
from waybill_bench.result import Run
from waybill_bench.world import World
from waybill_common.kafka import ensure_topic
from waybill_common.settings import KafkaSettings

RATES = (1_000, 10, 10_000)
"""Events a second; the headline first."""

PARTITIONS = 4
_WARM_UP_SECONDS = 5.0
_SETTLE_SECONDS = 60.0


@dataclass(frozen=True)
class Window:
    """The stretch of time whose events count, in ``time.time()``."""

    begin: float
    end: float

    def latencies(self, objects: Iterable[Rows]) -> list[float]:
        """Seconds from each event's stamp to its object, in ascending order."""
        return sorted(
            rows.appeared - produced
            for rows in objects
            for produced in rows.produced
            if self.begin <= produced < self.end
        )


def latency(world: World, quick: bool) -> Iterator[Run]:
    """One driver for each trigger, which meets the paces one after the other. All of it is one turn."""
    for trigger, seconds in ((1, 4.0),) if quick else ((1, 8.0), (10, 10.0)):
        yield from _with_trigger(world, trigger, seconds)


def _with_trigger(world: World, trigger: int, seconds: float) -> Iterator[Run]:
    room, topic = world.room(f"latency-{trigger}"), f"bench_latency_{trigger}"
    kafka = KafkaSettings(bootstrap_servers=world.bootstrap_servers, replication_factor=1)
    ensure_topic(kafka, topic, partitions=PARTITIONS)
    lake, dataset = room / "lake", Dataset(room / "lake" / "names")
    lake.mkdir()
    settings = world.settings(topic, str(lake), delivery__trigger=f"{trigger} seconds")
    with Driver(world, settings, room) as driver:
        driver.start()
        with Feed(world, topic, seed=1, rate=RATES[0], seconds=_WARM_UP_SECONDS) as feed:
            events = feed.sent().events
        _await_rows(dataset, events, START_SECONDS)
        windows = []
        for seed, rate in enumerate(RATES, start=2):
            # The first events meet a pipeline that was idle.
            with Feed(world, topic, seed=seed, rate=rate, seconds=trigger + seconds) as feed:
                sent = feed.sent()
            events += sent.events
            windows.append((rate, Window(sent.ended - seconds, sent.ended)))
            _await_rows(dataset, events, _SETTLE_SECONDS)
        driver.stop()
    objects = list(dataset.objects())
    assert sum(len(rows.produced) for rows in objects) == events, "rows are not the events that were sent"
    for rate, window in windows:
        yield _run(trigger, rate, window, objects)


def _run(trigger: int, rate: int, window: Window, objects: list[Rows]) -> Run:
    found = window.latencies(objects)
    values = {f"p{share}_seconds": percentile(found, share) for share in (50, 95, 99)}
    values["events_per_second"] = len(found) / (window.end - window.begin)
    assert values["events_per_second"] > 0.95 * rate, f"{values} at {rate} events/s"
    case = f"{rate:,} events/s, trigger {trigger} s"
    return Run(bench="latency", case=case, contender="waybill", turn=1, values=values)


def _await_rows(dataset: Dataset, rows: int, seconds: float) -> None:
    await_moment(f"the delivery of {rows} rows", lambda: dataset.delivered() >= rows, seconds)
