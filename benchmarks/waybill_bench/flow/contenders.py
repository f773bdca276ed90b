"""What the producer is measured beside."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any, TypeAlias

import requests
from confluent_kafka import KafkaError, Message, Producer

from waybill_bench.flow.pages import FIELDS
from waybill_bench.flow.program import run_program
from waybill_bench.flow.published import Steady
from waybill_bench.meter import Meter
from waybill_bench.world import World

PERF = "org.apache.kafka.tools.ProducerPerformance"
# What the producer has by default; the Java client's batches of 16 KiB would be no match.
PERF_PROPERTIES = (
    "acks=all",
    "compression.type=zstd",
    "linger.ms=20",
    "batch.size=1000000",
    "buffer.memory=134217728",
)
WARM_UP = 100_000
"""Records before the tool's clock starts; the JIT needs some."""

User: TypeAlias = dict[str, Any]

_LIMIT_SECONDS = 180.0
_DONE = re.compile(r"^([0-9]+) records sent, ([0-9.]+) records/sec", re.MULTILINE)


def kafka_perf(
    world: World, room: Path, payload: Path, topic: str, records: int, *, transaction_seconds: float
) -> tuple[Steady, Meter]:
    """Kafka's own load generator sends lines of ``payload`` in transactions of that length, as fast as it can."""
    classpath = os.pathsep.join(str(jar) for jar in world.places.jars("kafka"))
    argv = (
        *(str(world.places.java), "-Xmx512m", "-cp", classpath, PERF),
        *("--bootstrap-server", world.bootstrap_servers, "--topic", topic),
        *("--num-records", str(records + WARM_UP), "--warmup-records", str(WARM_UP), "--throughput", "-1"),
        *("--payload-file", str(payload), "--transactional-id", topic),
        *("--transaction-duration-ms", str(max(1, round(transaction_seconds * 1000)))),
        *("--command-property", *PERF_PROPERTIES),
    )
    ended = run_program("kafka-perf", argv, world.machine, room, limit=_LIMIT_SECONDS)
    sent, rate = last_report(ended.output)
    return Steady(ended.ended - sent / rate, ended.ended, sent), ended.meter


def last_report(output: str) -> tuple[int, float]:
    """Records and records a second of the tool's last line, warm-up left out. Raises ``ValueError``."""
    found = _DONE.findall(output)
    if not found:
        raise ValueError(f"no report in {output[-500:]!r}")
    records, rate = found[-1]
    return int(records), float(rate)


def one_by_one(bootstrap_servers: str, topic: str, users: Iterable[User]) -> None:
    """The tutorials' way: a dict made of a user, ``json.dumps``, one record, one flush.

    Raises ``AssertionError`` where a record is not acknowledged.
    """
    failures: list[KafkaError] = []

    def delivery_status(error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            failures.append(error)

    producer = Producer({"bootstrap.servers": bootstrap_servers, "acks": "all"})
    for user in users:
        text = json.dumps(_event(user))
        producer.produce(topic, text.encode(), user["login"]["uuid"], on_delivery=delivery_status)
        assert producer.flush(30) == 0
    assert not failures, failures


def asked_for(url: str, count: int) -> Iterator[User]:
    """Users as the tutorials get them: a request and a reply for each."""
    for number in range(1, count + 1):
        reply = requests.get(f"{url}?results=1&page={number}&inc={FIELDS}&seed=single", timeout=30)
        yield reply.json()["results"][0]


def at_hand(page: bytes, count: int) -> Iterator[User]:
    """Users of a page up to its ``info``, over and over: what that way takes without the API."""
    return islice(cycle(json.loads(page + b"{}}")["results"]), count)


def _event(user: User) -> dict[str, Any]:
    name, place = user["name"], user["location"]
    return {
        "id": user["login"]["uuid"],
        "full_name": f"{name['title']} {name['first']} {name['last']}",
        "gender": user["gender"],
        "location": f"{place['street']['number']}, {place['street']['name']}",
        "city": place["city"],
        "state": place["state"],
        "country": place["country"],
        "nat": user["nat"],
        "postcode": str(place["postcode"]),
        "latitude": float(place["coordinates"]["latitude"]),
        "longitude": float(place["coordinates"]["longitude"]),
        "email": user["email"],
    }
