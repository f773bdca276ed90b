"""A stream with dead letters on real Kafka, and the operator's commands on it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition
from integration.delivery.conftest import Stream
from integration.producer.runs import headers, read
from sample_events import nth_event

from waybill_common.kafka import ensure_topic
from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings, Settings
from waybill_common.settings.section import Section
from waybill_ops import later
from waybill_ops.cli import main
from waybill_sandbox.kafka import KafkaCluster
from waybill_streams.names import NAMES

MEND = """
def mend(event):
    event["latitude"] = float(event["latitude"])
    return event
"""


def malformed(number: int) -> bytes:
    """The ``number``-th event with its latitude as text."""
    fields = json.loads(NAMES.encode(nth_event(number)))
    return json.dumps({**fields, "latitude": str(fields["latitude"])}).encode()


@contextmanager
def noting_what_is_read() -> Iterator[set[str]]:
    """Dotted names of the settings of which somebody takes the value."""
    sections = {info.annotation: name for name, info in Settings.model_fields.items()}
    found: set[str] = set()

    def noting(section: Section, attribute: str) -> Any:
        field = type(section).model_fields.get(attribute)
        if field is not None and not field.exclude:  # what a stream's folder alone says is no setting
            found.add(f"{sections[type(section)]}.{attribute}")
        return object.__getattribute__(section, attribute)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Section, "__getattribute__", noting, raising=False)
        yield found


def declared(verb: str, *more: str) -> tuple[str, ...]:
    settings: Any = later.command(verb).SETTINGS
    names: tuple[str, ...] = settings[more[0]] if isinstance(settings, dict) else settings
    return names


@dataclass(frozen=True)
class Desk:
    """An operator's commands, in this process or as one of their own."""

    stream: Stream
    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def flags(self) -> list[str]:
        return [
            f"--lake.url={self.stream.lake.settings.url}",
            f"--kafka.bootstrap-servers={self.stream.kafka.bootstrap_servers}",
            f"--stream.topic={self.stream.topic}",
            "--kafka.timeout=15",
            "--kafka.replication-factor=1",
        ]

    def code(self, *words: str) -> int:
        """Whatever settings the verb reads meanwhile, it has to declare."""
        self.capsys.readouterr()
        with noting_what_is_read() as read:
            code = main([*words, *self.flags])
        assert {"lake.url", "log.level"} <= read <= set(declared(*words))
        return code

    def json(self, *words: str) -> Any:
        assert self.code(*words) == 0, self.capsys.readouterr().err
        return json.loads(self.capsys.readouterr().out)

    def verify(self) -> tuple[int, dict[str, Any]]:
        code = self.code("verify", "--json", "--complete")
        return code, json.loads(self.capsys.readouterr().out)

    def deliver(self) -> None:
        """However many of the records are dead letters."""
        driver = self.stream.driver()
        driver.plan = replace(driver.plan, max_dead_share=1)
        driver.reach(self.stream.ends())

    def patch(self, source: str = MEND) -> str:
        path = self.folder / "patch.py"
        path.write_text(source)
        return f"--patch={path}"

    def successors(self, *, settled: bool = True) -> Counter[bytes]:
        """Committed successors, by the letter that they name; ``settled`` as for ``read``."""
        servers, stream = self.stream.kafka.bootstrap_servers, self.stream
        found = read(servers, stream.topic, stream.partitions, settled=settled)
        named = (headers(message).get("waybill-redrive-of") for message in found)
        return Counter(one for one in named if one is not None)

    def frozen_redrive(self) -> subprocess.Popen[str]:
        """A redrive of its own process, stopped inside its first transaction: its requests are kept small for that."""
        before = self.uncommitted()
        properties = {"batch.num.messages": "2", "max.in.flight.requests.per.connection": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", "waybill_ops", "redrive", "--send", self.patch(), *self.flags,
             f"--kafka.properties={json.dumps(properties)}"],
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        consumer = Consumer(
            {"bootstrap.servers": self.stream.kafka.bootstrap_servers, "group.id": "onlooker",
             "isolation.level": "read_uncommitted", "fetch.wait.max.ms": 5}
        )  # fmt: skip
        consumer.assign([TopicPartition(self.stream.topic, p, at) for p, at in before.items()])
        deadline = time.monotonic() + 30
        try:
            while not [one for one in consumer.consume(1, 0.01) if one.error() is None]:
                assert time.monotonic() < deadline and process.poll() is None, process.stderr
            os.kill(process.pid, signal.SIGSTOP)
            assert not self.successors(settled=False), "the transaction was over before the freeze"
        except BaseException:
            process.kill()
            process.communicate()
            raise
        finally:
            consumer.close()
        return process

    def uncommitted(self) -> dict[int, int]:
        consumer = Consumer(
            {"bootstrap.servers": self.stream.kafka.bootstrap_servers, "group.id": "ends",
             "isolation.level": "read_uncommitted"}
        )  # fmt: skip
        places = [TopicPartition(self.stream.topic, p) for p in range(self.stream.partitions)]
        try:
            return {one.partition: consumer.get_watermark_offsets(one, timeout=10)[1] for one in places}
        finally:
            consumer.close()


@pytest.fixture
def new_desk(
    kafka: KafkaCluster, topic: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], Desk]:
    """A desk for the lake of that name; all share the topic."""
    settings = KafkaSettings(bootstrap_servers=kafka.bootstrap_servers, replication_factor=1, timeout=15)
    ensure_topic(settings, topic, partitions=2)

    def make(lake: str) -> Desk:
        (tmp_path / lake).mkdir()
        opened = open_lake(LakeSettings(url=str(tmp_path / lake), attempts=3), "names")
        return Desk(Stream(settings, topic, opened), tmp_path, capsys)

    return make


@pytest.fixture
def desk(new_desk: Callable[[str], Desk]) -> Desk:
    return new_desk("lake")
