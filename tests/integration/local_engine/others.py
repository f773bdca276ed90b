"""A topic that a plain producer fills, and runs of ``waybill deliver`` on it, their splits carried in this process."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import pyarrow.dataset as ds
import pytest
from confluent_kafka import Producer
from integration.delivery.conftest import Stream, carried
from unit.delivery.orders import order, orders

from waybill_common.kafka import librdkafka_config
from waybill_common.lake import open_lake
from waybill_common.ledger import Journal, Manifest
from waybill_common.settings import DeliverySettings, KafkaSettings, LakeSettings, Settings, StreamSettings
from waybill_delivery.run_summary import RunSummary
from waybill_delivery.splits import CarriedSplit, TaskContext
from waybill_delivery.stop_signals import StopSignals
from waybill_local import local_run
from waybill_ops.cli import main


class Here:
    """Carries splits in this process."""

    def __init__(self, *_: object) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def carry(self, context: TaskContext) -> list[CarriedSplit]:
        return carried(context)


@dataclass
class Orders(Stream):
    """A topic that a plain producer fills, and a lake."""

    file: Path = Path()
    sent: int = 0
    stop: StopSignals = field(default_factory=StopSignals)

    def send(self, count: int, partition: int = 0, *, at: datetime | None = None) -> None:
        producer = Producer(librdkafka_config(self.kafka))
        stamp = 0 if at is None else int(at.timestamp() * 1000)
        for _ in range(count):
            self.sent += 1
            producer.produce(self.topic, order(self.sent), b"key", partition=partition, timestamp=stamp)
        assert producer.flush(30) == 0

    def settings(self, start: Any = None, **delivery: Any) -> Settings:
        return Settings(
            stream=StreamSettings(
                name="orders", topic=self.topic, contract=self.file.read_bytes(), start=start
            ),
            kafka=self.kafka,
            lake=LakeSettings(url=str(self.file.parent / "lake")),
            delivery=DeliverySettings(**delivery),
        )

    def run(self, start: Any = None, **delivery: Any) -> RunSummary:
        self.ends()
        return local_run.run(self.settings(start, **delivery), self.stop)

    def first(self) -> Manifest:
        found = Journal(self.lake, writer="").first()
        assert found is not None
        return found

    def arrived(self) -> list[str]:
        """The numbers of orders that have rows."""
        files = [*Path(str(self.lake.local_root)).glob("data/**/*.parquet")]
        return sorted(ds.dataset(files).to_table()["order_id"].to_pylist()) if files else []

    def command(self, verb: str, capsys: pytest.CaptureFixture[str], *flags: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        where = [f"--lake.url={self.file.parent / 'lake'}", "--stream.name=orders"]
        where += [f"--stream.topic={self.topic}", f"--kafka.bootstrap-servers={self.kafka.bootstrap_servers}"]
        code = main([verb, "--json", *where, "--kafka.timeout=15", *flags])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else None, said.err


def sent(first: int, last: int) -> list[str]:
    return sorted(f"o-{n}" for n in range(first, last + 1))


@pytest.fixture
def others(
    kafka_settings: KafkaSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Orders]:
    monkeypatch.setattr(local_run, "Workers", Here)
    file = tmp_path / "orders.json"
    file.write_bytes(orders().document)
    (tmp_path / "lake").mkdir()
    lake = open_lake(LakeSettings(url=str(tmp_path / "lake"), attempts=3), "orders")
    made = Orders(kafka_settings, f"shop.{uuid.uuid4().hex[:12]}", lake, file=file)
    made.create()
    yield made
