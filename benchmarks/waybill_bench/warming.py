"""What only the first run on a machine or on a broker does, before anything is timed."""

from __future__ import annotations

from waybill_bench.delivering import deliver
from waybill_bench.engines import local_command, submit_command
from waybill_bench.load import Load, fill
from waybill_bench.world import World

TOPIC = "bench_warm_up"
RECORDS = 1000


def warm_up(world: World) -> None:
    """Unpacks the PEXes, and keeps Spark's classes for every Spark of the run, the other contenders' too."""
    fill(world.bootstrap_servers, TOPIC, Load(records=RECORDS))
    for argv in (submit_command(world, "--keep-classes"), local_command(world)):
        room = world.room(f"warm-up-{argv[1]}")
        deliver(argv, room, world.settings(TOPIC, str(room / "lake")))
