"""The audit: ``waybill verify`` over a delivered lake."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waybill_bench.engines import local_command
from waybill_bench.flow.program import Ended, run_program
from waybill_bench.load import Load, fill
from waybill_bench.result import Run
from waybill_bench.world import World

_TOPIC = "bench_verify"
_LIMIT_SECONDS = 300.0


@dataclass(frozen=True)
class Audit:
    """A passed audit: its program's run, and the report."""

    ended: Ended
    report: Mapping[str, Any]


def verify(world: World, quick: bool) -> Iterator[Run]:
    """The same lake in every turn."""
    room = world.room("verify")
    records = 200_000 if quick else 500_000
    settings = world.settings(_TOPIC, str(room / "lake"))
    (room / "lake").mkdir()
    fill(world.bootstrap_servers, _TOPIC, Load(records))
    run_program("waybill-deliver", local_command(world), settings, room, limit=_LIMIT_SECONDS)
    for turn in range(1, 2 if quick else 6):
        done = audit(world, room, settings)
        assert done.report["counts"]["rows"] == records, done.report["counts"]
        yield Run(
            bench="verify",
            case=f"{records:,} rows",
            contender="waybill",
            turn=turn,
            values={
                "rows_per_second": records / done.ended.seconds,
                "seconds": done.ended.seconds,
                "cpu_seconds": done.ended.meter.samples[-1].cpu_seconds,
                "peak_memory_bytes": float(done.ended.meter.peak_bytes),
            },
        )


def audit(world: World, room: Path, settings: Mapping[str, str]) -> Audit:
    """``waybill verify --json --complete``. Raises ``ServiceNotReady`` where it finds anything."""
    argv = (str(world.places.artifact("waybill.pex")), "verify", "--json", "--complete")
    ended = run_program("waybill-verify", argv, settings, room, limit=_LIMIT_SECONDS)
    return Audit(ended, json.loads(ended.output))
