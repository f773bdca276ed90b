"""A topic and a lake with something of everything, and the addresses of the pages that show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from confluent_kafka import Producer
from faker import Faker
from integration.delivery.conftest import Stream
from sample_events import nth_event

from waybill_common.kafka import describe_topic, librdkafka_config
from waybill_streams.names import NAMES
from waybill_streams.names.contract import Name

Header = tuple[str, bytes | None]


@dataclass(frozen=True)
class Sent:
    """One record to publish."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple[Header, ...] = ()
    partition: int = 0


def send(stream: Stream, records: Iterable[Sent]) -> None:
    config = {"enable.idempotence": True, "message.max.bytes": 2_000_000}
    producer = Producer(librdkafka_config(stream.kafka, config))
    for one in records:
        producer.produce(
            stream.topic, key=one.key, value=one.value, headers=list(one.headers), partition=one.partition
        )
    assert producer.flush(60) == 0


def people(count: int, seed: int) -> list[Name]:
    """Events as of the API's users: the same for the same seed."""
    Faker.seed(seed)
    fake = Faker(["en_GB", "de_DE", "fr_FR", "nl_NL", "es_ES"])
    made = []
    for number in range(count):
        place = fake["en_GB"]
        name = fake.name()
        made.append(
            nth_event(
                1000 * seed + number,
                id=fake.uuid4(),
                full_name=name,
                location=f"{place.building_number()}, {place.street_name()}",
                city=place.city(),
                state=None if number % 4 else place.county(),
                country="United Kingdom",
                nat="GB",
                email=place.ascii_safe_email(),
            )
        )
    return made


def send_people(stream: Stream, count: int, seed: int) -> None:
    """Over all partitions, as the producer spreads them."""
    random = Random(seed)
    send(
        stream,
        [
            Sent(NAMES.encode(one), one.id.encode(), (), random.randrange(stream.partitions))
            for one in people(count, seed)
        ],
    )


def make_anew(stream: Stream) -> None:
    """The topic without a record, whatever an earlier test left of it."""
    if describe_topic(stream.kafka, stream.topic) is None:
        stream.create()
    else:
        stream.make_anew()


def pages_of(stream: Stream, commit: int) -> dict[str, str]:
    """A path for each page, by its name. ``commit`` is one with rows."""
    topic, ledger = f"/topics/{stream.topic}", "/streams/names"
    return {
        "cluster": "/",
        "topics": "/topics",
        "new-topic": "/new-topic",
        "topic": topic,
        "message": f"{topic}/messages/0/0",
        "stream": ledger,
        "commits": f"{ledger}/commits",
        "commit": f"{ledger}/commits/{commit}",
        "object": f"{ledger}/commits/{commit}/objects/0",
        "search": "/search?q=nobody",
    }
