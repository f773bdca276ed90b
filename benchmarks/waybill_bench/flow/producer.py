"""The producer, from an HTTP page to acknowledged transactions, beside ready-made bytes and the tutorials' way."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waybill_bench.flow.contenders import User, asked_for, at_hand, kafka_perf, one_by_one
from waybill_bench.flow.counting import committed_blocks, count_committed
from waybill_bench.flow.pages import RESULTS, made_pages
from waybill_bench.flow.program import module_command, run_program
from waybill_bench.flow.published import Steady, read_published, steady_state
from waybill_bench.result import Run
from waybill_bench.world import World
from waybill_common.kafka import ensure_topic
from waybill_common.settings import KafkaSettings
from waybill_sandbox.process import Child

CASE = "pages of 5,000 users"
PARTITIONS = 4
_LIMIT_SECONDS = 180.0
_TURNS, _PAGES, _MADE, _SINGLES = 5, 40, 8, 1_000


def producer(world: World, quick: bool) -> Iterator[Run]:
    """In turns: Waybill, and Kafka's own load generator."""
    room = world.room("producer")
    turns, pages, made = (1, 24, 4) if quick else (_TURNS, _PAGES, _MADE)
    payload = room / "payload"
    with _serving(world, room, made) as url:
        for turn in range(1, turns + 1):
            topic = f"bench_producer_{turn}"
            steady, run = _waybill(world, room, url, topic, pages, turn)
            yield run
            if not payload.exists():
                _write_payload(world, topic, payload)
            yield _kafka_perf(world, room, payload, steady, pages, turn)


def producer_by_hand(world: World) -> Iterator[Run]:
    """In turns: Waybill, the tutorials' way, and that without its requests."""
    room = world.room("producer-by-hand")
    page = made_pages(1)[0]
    with _serving(world, room, _MADE) as url:
        for turn in range(1, _TURNS + 1):
            yield _waybill(world, room, url, f"bench_producer_by_hand_{turn}", _PAGES, turn)[1]
            yield _singly(world, "tutorial", asked_for(url, _SINGLES), _SINGLES, turn)
            yield _singly(world, "one-by-one", at_hand(page, _SINGLES), _SINGLES, turn)


def _waybill(world: World, room: Path, url: str, topic: str, pages: int, turn: int) -> tuple[Steady, Run]:
    settings = world.settings(
        topic,
        str(room / "lake"),
        kafka__partitions=str(PARTITIONS),
        source__url=url,
        source__seed=f"turn-{turn}-a",
        source__results=str(RESULTS),
        source__users_per_window=str(10**9),
        producer__pause_interval="0",
        producer__streaming_duration=str(_LIMIT_SECONDS),
        producer__pages=str(pages),
        pseudonym__key="a key of the benchmark only, which is long enough",
    )
    argv = (str(world.places.artifact("producer.pex")),)
    ended = run_program("producer", argv, settings, room, limit=_LIMIT_SECONDS)
    summary = json.loads(ended.output.splitlines()[-1])
    committed = count_committed(world.bootstrap_servers, topic)
    assert summary["events"] == committed == pages * RESULTS, (summary, committed)
    steady = steady_state(read_published(ended.log))
    return steady, _run("waybill", turn, steady.run_values(ended.meter))


def _kafka_perf(world: World, room: Path, payload: Path, pace: Steady, pages: int, turn: int) -> Run:
    topic = _new_topic(world, f"bench_producer_perf_{turn}")
    records = pages * RESULTS
    seconds = pace.seconds * RESULTS / pace.events
    steady, meter = kafka_perf(world, room, payload, topic, records, transaction_seconds=seconds)
    sent = count_committed(world.bootstrap_servers, topic)
    assert sent >= records, f"{sent} of {records} records are there"
    return _run("kafka-perf", turn, steady.run_values(meter))


def _singly(world: World, contender: str, users: Iterator[User], records: int, turn: int) -> Run:
    topic = _new_topic(world, f"bench_producer_{contender}_{turn}")
    began, used = time.monotonic(), time.process_time()
    one_by_one(world.bootstrap_servers, topic, users)
    seconds, cpu = time.monotonic() - began, time.process_time() - used
    committed = count_committed(world.bootstrap_servers, topic)
    assert committed == records, (committed, records)
    values = {
        "events_per_second": records / seconds,
        "cpu_seconds_per_million_events": cpu / records * 1e6,
    }
    return _run(contender, turn, values)


def _run(contender: str, turn: int, values: dict[str, float]) -> Run:
    return Run(bench="producer", case=CASE, contender=contender, turn=turn, values=values)


def _new_topic(world: World, topic: str) -> str:
    settings = KafkaSettings(bootstrap_servers=world.bootstrap_servers, replication_factor=1)
    ensure_topic(settings, topic, partitions=PARTITIONS)
    return topic


def _write_payload(world: World, topic: str, payload: Path) -> None:
    """Waybill's own records, one a line: what the load generator sends is the same, only made ahead."""
    payload.write_bytes(b"\n".join(next(committed_blocks(world.bootstrap_servers, topic))) + b"\n")


@contextmanager
def _serving(world: World, room: Path, made: int) -> Iterator[str]:
    """The page server; gives the API's address."""
    command = module_command("pages", "pages", (str(made),), room, world.machine)
    server = Child(command)
    output = command.output or command.log
    try:
        server.await_ready(lambda: output.read_text().endswith("\n"), _LIMIT_SECONDS)
        yield output.read_text().strip()
    finally:
        server.kill()
