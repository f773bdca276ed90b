"""Latency: from an event's stamp to the moment when readers find it in Parquet, at a steady pace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from waybill_bench.flow.dataset import SELDOM_SECONDS, Lake, Rows, await_moment
from waybill_bench.flow.driver import START_SECONDS
from waybill_bench.flow.feed import Feed
from waybill_bench.flow.followers import Setup, following
from waybill_bench.flow.percentile import percentile
from waybill_bench.result import Run
from waybill_bench.sink.plan import FLINK, LOCAL, WAYBILL
from waybill_bench.world import World
from waybill_common.kafka import ensure_topic
from waybill_common.settings import KafkaSettings

HEADLINE = 1_000
"""Events a second."""
OTHERS = (10, 10_000)
REGULAR = (
    Setup(LOCAL, 200),
    Setup(FLINK, 200),
    Setup(LOCAL, 1000),
    Setup(FLINK, 1000),
    Setup(WAYBILL, 1000),
)
QUICK = REGULAR[:-1]
TURNS = 3
PARTITIONS = 4
_WARM_UP_SECONDS = 3.0
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
    """In turns, each setup from its start to its end, at one pace."""
    setups = QUICK if quick else REGULAR
    for turn in range(1, 1 + (1 if quick else TURNS)):
        for setup in setups if turn % 2 else reversed(setups):
            yield from _paced(world, setup, (HEADLINE,), 4.0 if quick else 8.0, turn)


def latency_by_hand(world: World) -> Iterator[Run]:
    """Other paces and a longer trigger."""
    yield from _paced(world, Setup(LOCAL, 1000), OTHERS, 8.0, 1)
    yield from _paced(world, Setup(WAYBILL, 1000), OTHERS, 8.0, 1)
    yield from _paced(world, Setup(WAYBILL, 10_000), (HEADLINE, *OTHERS), 10.0, 1)


def case(rate: int, milliseconds: int) -> str:
    return f"{rate:,} events/s, trigger {milliseconds / 1000:g} s"


def _paced(world: World, setup: Setup, rates: Sequence[int], seconds: float, turn: int) -> Iterator[Run]:
    """The paces one after the other, to one program."""
    name = f"latency-{setup.contender}-{setup.milliseconds}-{turn}"
    kafka = KafkaSettings(bootstrap_servers=world.bootstrap_servers, replication_factor=1)
    ensure_topic(kafka, name, partitions=PARTITIONS)
    program, lake = following(world, setup, name, world.room(name))
    with program:
        program.start()
        with Feed(world, name, seed=1, rate=HEADLINE, seconds=_WARM_UP_SECONDS) as feed:
            events = feed.sent().events
        _await_rows(lake, events, START_SECONDS)
        windows = []
        for seed, rate in enumerate(rates, start=2):
            # The first events meet a pipeline that was idle.
            with Feed(world, name, seed=seed, rate=rate, seconds=setup.milliseconds / 1000 + seconds) as feed:
                sent = feed.sent()
            events += sent.events
            windows.append((rate, Window(sent.ended - seconds, sent.ended)))
            _await_rows(lake, events, _SETTLE_SECONDS)
        program.stop()
    objects = list(lake.objects())
    assert sum(len(rows.produced) for rows in objects) == events, "rows are not the events that were sent"
    for rate, window in windows:
        yield _run(setup, rate, window, objects, turn)


def _run(setup: Setup, rate: int, window: Window, objects: list[Rows], turn: int) -> Run:
    found = window.latencies(objects)
    values = {f"p{share}_seconds": percentile(found, share) for share in (50, 95, 99)}
    values["events_per_second"] = len(found) / (window.end - window.begin)
    assert values["events_per_second"] > 0.95 * rate, f"{values} at {rate} events/s"
    name = case(rate, setup.milliseconds)
    return Run(bench="latency", case=name, contender=setup.contender, turn=turn, values=values)


def _await_rows(lake: Lake, rows: int, seconds: float) -> None:
    await_moment(
        f"the delivery of {rows} rows", lambda: lake.delivered() >= rows, seconds, every=SELDOM_SECONDS
    )
