"""Memory: what the driver and its workers hold while it commits a thousand times."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from waybill_bench.delivering import Commit, deliver
from waybill_bench.load import Load, fill
from waybill_bench.meter import Meter
from waybill_bench.result import Run
from waybill_bench.world import World

TOPIC = "bench_memory"
FULL = 1_000
QUICK = 100
SPAN = 100
"""Batches whose mean is one figure. The first span is the warm-up."""
BATCH_OFFSETS = 10


def memory(world: World, quick: bool) -> Iterator[Run]:
    """One run of tiny batches, as fast as they come; a case for each hundred of them."""
    batches = QUICK if quick else FULL
    fill(world.bootstrap_servers, TOPIC, Load(records=batches * BATCH_OFFSETS, partitions=1))
    room = world.room("memory")
    settings = world.settings(TOPIC, str(room / "lake"), delivery__max_offsets_per_trigger=str(BATCH_OFFSETS))
    done = deliver(world, room, settings)
    for first in range(0, batches, SPAN):
        span = done.commits[first : first + SPAN]
        yield Run(
            bench="memory",
            case=case(first),
            contender="waybill",
            turn=1,
            values={
                "resident_megabytes": _resident(done.meter, span),
                "batch_seconds": (span[-1].at - span[0].at) / (len(span) - 1),
            },
        )


def case(first: int) -> str:
    """``first`` counts from 0."""
    return f"batches {first + 1:,} to {first + SPAN:,}"


def _resident(meter: Meter, span: Sequence[Commit]) -> float:
    """The mean over the span's time, of the whole session."""
    held = [sample.resident_bytes for sample in meter.samples if span[0].at <= sample.at <= span[-1].at]
    return statistics.fmean(held) / 1e6
