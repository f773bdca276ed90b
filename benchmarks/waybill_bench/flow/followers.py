"""Who follows a topic for ever, each as a program and the folder that it fills."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from waybill_bench.engines import local_command
from waybill_bench.flow.dataset import Dataset, Lake, Renamed
from waybill_bench.flow.driver import Driver
from waybill_bench.flow.endless import Endless
from waybill_bench.sink.flink_sql import FlinkJob, flink_command
from waybill_bench.sink.plan import FLINK, LOCAL
from waybill_bench.world import World
from waybill_sandbox.process import Command


@dataclass(frozen=True)
class Setup:
    """A contender and how often it commits: its trigger, or Flink's checkpoints."""

    contender: str
    milliseconds: int


def following(world: World, setup: Setup, topic: str, room: Path) -> tuple[Endless | Driver, Lake]:
    """Nothing runs yet."""
    lake = room / "lake"
    lake.mkdir()
    if setup.contender == FLINK:
        job = FlinkJob(topic, lake, room, checkpoint_milliseconds=setup.milliseconds, endless=True)
        return Endless(flink_command(world, job), ends_well=False), Renamed(lake)
    trigger = f"{setup.milliseconds} milliseconds"
    settings = world.settings(topic, str(lake), delivery__trigger=trigger)
    dataset = Dataset(lake / "names")
    if setup.contender == LOCAL:
        argv, log = local_command(world), room / "delivery.log"
        return Endless(Command("waybill deliver", argv, settings, log, cwd=room), ends_well=True), dataset
    return Driver(world, settings, room), dataset
