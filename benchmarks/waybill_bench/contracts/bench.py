"""The bench: the judge alone, then deliveries in turns."""

from __future__ import annotations

from collections.abc import Iterator

from waybill_bench.contracts.judging import judging
from waybill_bench.contracts.plan import BENCH, regular
from waybill_bench.result import Run
from waybill_bench.sink import deliveries
from waybill_bench.world import World


def contracts(world: World, quick: bool) -> Iterator[Run]:  # the signature of every bench
    yield from judging(world, quick=quick)
    yield from deliveries(world, BENCH, regular(quick=quick), BENCH)
