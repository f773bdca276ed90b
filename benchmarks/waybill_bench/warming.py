"""What only the first run on a machine does, so that no measured start pays for it."""

from __future__ import annotations

from waybill_bench.delivering import deliver
from waybill_bench.load import Load, fill
from waybill_bench.world import World

TOPIC = "bench_warm_up"


def warm_up(world: World) -> None:
    """Unpacks both PEXes, and keeps Spark's classes for every Spark of the run, the other contenders' too."""
    fill(world.bootstrap_servers, TOPIC, Load(records=1000))
    room = world.room("warm-up")
    deliver(world, room, world.settings(TOPIC, str(room / "lake")), "--keep-classes")
