"""Filling topics, before anything is timed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from confluent_kafka import Producer

from waybill_bench.events import Recipe, Records
from waybill_common.kafka import ensure_topic
from waybill_common.settings import KafkaSettings

COMMIT_EVERY = 50_000
_SECONDS = 60.0


@dataclass(frozen=True)
class Load:
    """A topic's content. ``skewed``: nine records of ten go to partition 0.

    ``filled``: only so many partitions get any. ``headers``: each record has those of Waybill's producer.
    """

    records: int
    partitions: int = 4
    recipe: Records = field(default_factory=Recipe)
    skewed: bool = False
    filled: int | None = None
    headers: bool = True

    def transactions(self) -> Iterator[tuple[Records, int]]:
        """The records of each transaction: their recipe and their number."""
        for start in range(0, self.records, COMMIT_EVERY):
            count = min(COMMIT_EVERY, self.records - start)
            yield self.recipe.seeded(start), count

    @property
    def broken(self) -> int:
        """How many of the records break the contract."""
        return sum(recipe.broken_in(count) for recipe, count in self.transactions())


def fill(bootstrap_servers: str, topic: str, load: Load) -> None:
    """Makes the topic and sends the load in transactions, as Waybill's producer does. Raises for a failed record."""
    settings = KafkaSettings(bootstrap_servers=bootstrap_servers, replication_factor=1)
    ensure_topic(settings, topic, partitions=load.partitions)
    producer = Producer(
        {
            "bootstrap.servers": bootstrap_servers,
            "transactional.id": f"load-{topic}",
            "compression.type": "zstd",
            "linger.ms": 20,
            "batch.size": 1_000_000,
            "queue.buffering.max.messages": 2 * COMMIT_EVERY,
        }
    )
    producer.init_transactions(_SECONDS)
    place = partial(_skewed if load.skewed else _even, load.filled or load.partitions)
    produce = partial(producer.produce, headers=_HEADERS) if load.headers else producer.produce
    for recipe, count in load.transactions():
        _send(producer, partial(produce, topic), recipe, count, place)


def _send(
    producer: Producer, produce: Callable[..., None], recipe: Records, count: int, place: Callable[[int], int]
) -> None:
    producer.begin_transaction()
    for number, (key, value) in enumerate(recipe.keyed(count)):
        produce(value, key, partition=place(number))
    producer.commit_transaction(_SECONDS)


def _even(partitions: int, number: int) -> int:
    return number % partitions


def _skewed(partitions: int, number: int) -> int:
    return 0 if number % 10 else 1 + number // 10 % (partitions - 1)


_HEADERS: list[tuple[str, str | bytes | None]] = [
    ("content-type", b"application/json"),
    ("contract", b"names/1"),
    ("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ("source", b"benchmark"),
]
