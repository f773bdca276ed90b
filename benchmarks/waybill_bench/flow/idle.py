"""Idle: what `waybill deliver` uses while nothing comes."""

from __future__ import annotations

import time
from collections.abc import Iterator

from waybill_bench.flow.dataset import SELDOM_SECONDS, await_moment
from waybill_bench.flow.driver import START_SECONDS
from waybill_bench.flow.endless import Endless
from waybill_bench.flow.feed import Feed
from waybill_bench.flow.followers import Setup, following
from waybill_bench.meter import Meter
from waybill_bench.result import Run
from waybill_bench.sink.plan import LOCAL
from waybill_bench.world import World
from waybill_common.kafka import ensure_topic
from waybill_common.settings import KafkaSettings

CASE = "trigger 1 s, 4 partitions"
_TOPIC = "bench_idle"
_CALM_SECONDS = 3.0
"""After the last commit, before the clock starts."""


def idle(world: World, quick: bool) -> Iterator[Run]:
    """One run: it delivers something, and then looks once a second for more."""
    seconds = 15.0 if quick else 30.0
    kafka = KafkaSettings(bootstrap_servers=world.bootstrap_servers, replication_factor=1)
    ensure_topic(kafka, _TOPIC, partitions=4)
    program, lake = following(world, Setup(LOCAL, 1000), _TOPIC, world.room("idle"))
    assert isinstance(program, Endless)
    with program:
        group = program.start()
        with Feed(world, _TOPIC, seed=1, rate=1000, seconds=2.0) as feed:
            events = feed.sent().events
        await_moment(
            "the first delivery", lambda: lake.delivered() >= events, START_SECONDS, every=SELDOM_SECONDS
        )
        time.sleep(_CALM_SECONDS)
        with Meter(group) as meter:
            time.sleep(seconds)
        program.stop()
    first, last = meter.samples[0], meter.samples[-1]
    values = {
        "percent_of_a_core": 100 * (last.cpu_seconds - first.cpu_seconds) / (last.at - first.at),
        "pss_megabytes": meter.peak_proportional_bytes / 1e6,
    }
    yield Run(bench="idle", case=CASE, contender=LOCAL, turn=1, values=values)
