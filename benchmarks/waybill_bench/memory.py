"""A thousand commits: what the driver and its workers hold, and what a commit of next to nothing takes."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from waybill_bench.delivering import Commit, Delivered, deliver
from waybill_bench.engines import local_command, submit_command
from waybill_bench.load import Load, fill
from waybill_bench.meter import Meter, Sample
from waybill_bench.result import Run
from waybill_bench.world import World

FULL = 1_000
QUICK = 100
SPAN = 100
"""Batches whose mean is one figure. The first span is the warm-up."""
PARTITIONS = 1_000
_FILLED = 4
_EACH = 3
"""Offsets of a filled partition in a batch: all other work is the driver's."""


def memory(world: World, quick: bool) -> Iterator[Run]:
    """The local engine over a topic of 1,000 partitions, of which four get records."""
    batches = QUICK if quick else FULL
    load = Load(records=batches * _FILLED * _EACH, partitions=PARTITIONS, filled=_FILLED)
    done = _delivered(world, "waybill-local", local_command(world), load, _FILLED * _EACH)
    return _spans("waybill-local", done, batches, f"{PARTITIONS:,} partitions, ")


def memory_by_hand(world: World) -> Iterator[Run]:
    """Spark over one partition."""
    load = Load(records=FULL * 10, partitions=1)
    return _spans("waybill", _delivered(world, "waybill", submit_command(world), load, 10), FULL)


def case(first: int, of: str = "") -> str:
    """``first`` counts from 0."""
    return f"{of}batches {first + 1:,} to {first + SPAN:,}"


def _delivered(world: World, name: str, argv: tuple[str, ...], load: Load, offsets: int) -> Delivered:
    """As fast as they come."""
    topic, room = f"bench_memory_{name}", world.room(f"memory-{name}")
    fill(world.bootstrap_servers, topic, load)
    settings = world.settings(topic, str(room / "lake"), delivery__max_offsets_per_trigger=str(offsets))
    return deliver(argv, room, settings)


def _spans(contender: str, done: Delivered, batches: int, of: str = "") -> Iterator[Run]:
    for first in range(0, batches, SPAN):
        span = done.commits[first : first + SPAN]
        held = _held(done.meter, span)
        values = {
            "resident_megabytes": statistics.fmean(sample.resident_bytes for sample in held) / 1e6,
            "pss_megabytes": statistics.fmean(sample.proportional_bytes for sample in held) / 1e6,
            "batch_seconds": (span[-1].at - span[0].at) / (len(span) - 1),
        }
        yield Run(bench="memory", case=case(first, of), contender=contender, turn=1, values=values)


def _held(meter: Meter, span: Sequence[Commit]) -> list[Sample]:
    """Over the span's time, of the whole session."""
    return [sample for sample in meter.samples if span[0].at <= sample.at <= span[-1].at]
