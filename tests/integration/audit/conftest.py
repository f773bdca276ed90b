"""One delivered lake on real Kafka; each test tampers with a copy of its own."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from integration.delivery.conftest import Stream
from sample_events import START, nth_event

from waybill_common.kafka import ensure_topic
from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_sandbox.kafka import KafkaCluster
from waybill_streams.names import NAMES


@dataclass(frozen=True)
class Delivered:
    """A lake of three commits, and its topic; ``in_flight`` is a record behind the frontier."""

    folder: Path
    topic: str
    brokers: str
    in_flight: str

    def copy(self, to: Path) -> Delivered:
        shutil.copytree(self.folder, to)
        return Delivered(to, self.topic, self.brokers, self.in_flight)

    @property
    def stream(self) -> Path:
        return self.folder / "names"


def fill(stream: Stream) -> None:
    """Two partitions, two dates, dead letters, aborted records, a repeated field name, objects of at most 8 offsets."""
    events = [nth_event(n, produced_at=START + timedelta(hours=n)) for n in range(30)]
    stream.produce([NAMES.encode(event) for event in events], 0)
    stream.produce([NAMES.encode(nth_event(100)), b"{broken", None, NAMES.encode(nth_event(101))], 1)
    stream.driver(rows_per_object=8).reach(stream.ends())
    stream.produce([b"never seen"] * 3, 0, commit=False)
    twice = NAMES.encode(nth_event(200)).replace(
        b'{"id":', b'{"id":"00000000-0000-0000-0000-000000000000","id":'
    )
    stream.produce([twice, NAMES.encode(nth_event(201, latitude=12.0)), b"\xff\xfe"], 0)
    stream.driver(rows_per_object=8).reach(stream.ends())
    stream.produce([NAMES.encode(nth_event(n)) for n in range(300, 304)], 1)
    stream.driver(rows_per_object=8).reach(stream.ends())


@pytest.fixture(scope="session")
def audited_kafka(kafka: KafkaCluster) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers=kafka.bootstrap_servers, replication_factor=1, timeout=15)


@pytest.fixture(scope="session")
def delivered(audited_kafka: KafkaSettings, tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    folder = tmp_path_factory.mktemp("delivered") / "lake"
    topic = f"names_topic.{uuid.uuid4().hex[:12]}"
    ensure_topic(audited_kafka, topic, partitions=2)
    lake = open_lake(LakeSettings(url=str(folder), attempts=3), "names")
    stream = Stream(audited_kafka, topic, lake)
    fill(stream)
    stream.produce([NAMES.encode(nth_event(999))], 0)
    return Delivered(folder, topic, audited_kafka.bootstrap_servers, nth_event(999).id)


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command line points the logs at the stderr of its test, which is closed afterwards."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def lake(delivered: Delivered, tmp_path: Path) -> Delivered:
    return delivered.copy(tmp_path / "lake")
