"""Idle with many streams: how soon one run has looked at each of them, and what it uses while nothing comes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import requests
from confluent_kafka.admin import AdminClient, NewTopic

from waybill_bench.engines import local_command
from waybill_bench.flow.dataset import SELDOM_SECONDS, await_moment
from waybill_bench.flow.endless import Endless
from waybill_bench.meter import Meter
from waybill_bench.result import Run
from waybill_bench.sink.plan import LOCAL
from waybill_bench.sink.resources import text_of
from waybill_bench.sink.subjects import FLAT
from waybill_bench.world import World
from waybill_sandbox.process import Command

BENCH = "idle-streams"
STREAMS, _QUICK_STREAMS = 500, 50
_PREFIX = "bench_idle_"
_LOOKED = "waybill_delivery_last_look_timestamp_seconds{"
_BOUND_SECONDS = 120.0
_EVERY_SECONDS = 0.5
_CALM_SECONDS = 3.0
"""After the last one was looked at, before the clock starts."""


def case(streams: int = STREAMS) -> str:
    return f"{streams} streams, trigger 1 s"


def idle_streams(world: World, quick: bool) -> Iterator[Run]:
    """On topics without a record. The run that is measured is the second one, as the first begins their datasets; its
    start ends with the first look at the last of them."""
    streams, seconds = (_QUICK_STREAMS, 5.0) if quick else (STREAMS, 20.0)
    room = world.room(BENCH)
    names = [f"{_PREFIX}{number:03}" for number in range(streams)]
    admin = AdminClient({"bootstrap.servers": world.bootstrap_servers})
    made = admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1) for name in names])
    for future in made.values():
        future.result(timeout=_BOUND_SECONDS)
    await_moment("making the topics", lambda: _known(admin) == streams, _BOUND_SECONDS, SELDOM_SECONDS)
    _write_folders(room / "streams", names)
    argv = (
        *local_command(world),
        *(f"--stream={_PREFIX}*", f"--streams={room / 'streams'}", "--status-port=0"),
    )
    environ = {
        name: value
        for name, value in world.settings("", str(room / "lake"), delivery__trigger="1 seconds").items()
        if name != "WAYBILL_STREAM__TOPIC"
    }

    def delivery(log: Path) -> Endless:
        return Endless(Command("waybill deliver", argv, environ, log, cwd=room), ends_well=True)

    with delivery(room / "first.log") as program:
        program.start()
        await_moment(
            "each dataset's beginning",
            lambda: _begun(room / "lake") == streams,
            _BOUND_SECONDS,
            _EVERY_SECONDS,
        )
        program.stop()
    log = room / "delivery.log"
    with delivery(log) as program:
        began = time.monotonic()
        group = program.start()
        await_moment(
            "a look at each stream", lambda: _looked_at(log) == streams, _BOUND_SECONDS, _EVERY_SECONDS
        )
        started = time.monotonic() - began
        time.sleep(_CALM_SECONDS)
        with Meter(group) as meter:
            time.sleep(seconds)
        program.stop()
    for future in admin.delete_topics(names).values():
        future.result(timeout=_BOUND_SECONDS)
    first, last = meter.samples[0], meter.samples[-1]
    values = {
        "start_seconds": started,
        "percent_of_a_core": 100 * (last.cpu_seconds - first.cpu_seconds) / (last.at - first.at),
        "pss_megabytes": meter.peak_proportional_bytes / 1e6,
    }
    yield Run(bench=BENCH, case=case(streams), contender=LOCAL, turn=1, values=values)


def _known(admin: AdminClient) -> int:
    return sum(name.startswith(_PREFIX) for name in admin.list_topics(timeout=_BOUND_SECONDS).topics)


def _begun(lake: Path) -> int:
    return sum(1 for _ in lake.glob("*/_waybill/*.receipt.json"))


def _write_folders(folder: Path, names: list[str]) -> None:
    assert FLAT.document is not None
    document = text_of(FLAT.document)
    for name in names:
        (folder / name).mkdir(parents=True)
        (folder / name / "stream.toml").write_text(f'topic = "{name}"\n')
        own = document.replace(f'"stream":"{FLAT.stream}"', f'"stream":"{name}"')
        (folder / name / "contract.json").write_text(own)


def _looked_at(log: Path) -> int:
    """How many streams a run has looked at, as its own figures say."""
    for line in log.read_text().splitlines():
        if '"status_ready"' in line:
            page = requests.get(f"{json.loads(line)['url']}/metrics", timeout=30).text
            return sum(one.startswith(_LOOKED) and f'"{_PREFIX}' in one for one in page.splitlines())
    return 0
