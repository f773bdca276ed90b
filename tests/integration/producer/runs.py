"""Running the producer as its own process, and reading what readers see."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition
from waiting import wait_until

WAIT = 40.0
PARTITIONS = 3


@dataclass(frozen=True)
class Ran:
    """How a run ended. ``summary`` is its line on stdout, None where there is none."""

    code: int
    summary: dict[str, Any] | None
    stderr: str


@dataclass(frozen=True)
class Pipeline:
    """A producer's settings; ``start`` and ``run`` take more of them, as flags without the dashes."""

    servers: str
    url: str
    topic: str
    folder: Path
    key: str | None = "a key of these runs only, long enough to be taken"

    def start(self, **settings: object) -> subprocess.Popen[str]:
        flags: dict[str, object] = {
            "kafka.bootstrap-servers": self.servers,
            "kafka.replication-factor": 1,
            "kafka.partitions": PARTITIONS,
            "kafka.timeout": 15,
            "stream.topic": self.topic,
            "source.url": self.url,
            "source.seed": "abc",
            "source.results": 50,
            "source.backoff": 0.02,
            "source.window": 1,
            "source.users-per-window": 1_000_000,
            "producer.pages": 3,
            "producer.pause-interval": 0,
            "log.format": "json",
        } | {name.replace("__", ".").replace("_", "-"): value for name, value in settings.items()}
        given = {name: value for name, value in flags.items() if value is not None}
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "waybill_producer.cli",
                *(f"--{name}={value}" for name, value in given.items()),
            ],
            cwd=self.folder,
            env={"PYTHONPATH": os.pathsep.join(sys.path)}
            | ({"WAYBILL_PSEUDONYM__KEY": self.key} if self.key else {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, **settings: object) -> Ran:
        return finish(self.start(**settings))

    def events(self, *, settled: bool = True) -> list[Message]:
        return read(self.servers, self.topic, PARTITIONS, settled=settled)

    def dead_letters(self) -> list[Message]:
        return read(self.servers, f"{self.topic}.dead", PARTITIONS)

    def cursors(self) -> list[dict[str, Any]]:
        return [
            json.loads(message.value() or b"") for message in read(self.servers, f"{self.topic}.cursor", 1)
        ]

    def ids(self) -> Counter[str]:
        return Counter((message.key() or b"").decode() for message in self.events())

    def pages(self) -> Counter[int]:
        """Events by the page that their ``source`` header names."""
        return Counter(page_of(message) for message in self.events())


def await_event(process: subprocess.Popen[str], event: str) -> None:
    """Returns once the run has logged ``event``; a run that has not after ``WAIT`` seconds is killed, and an error."""
    assert process.stderr is not None
    bound = threading.Timer(WAIT, process.kill)
    bound.start()
    try:
        while event not in (line := process.stderr.readline()):
            assert line, f"the run ended before {event!r}"
    finally:
        bound.cancel()


def finish(process: subprocess.Popen[str]) -> Ran:
    """Waits for the run's end; killed, and an error, after ``WAIT`` seconds."""
    try:
        out, err = process.communicate(timeout=WAIT)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f"the producer did not end; its log:\n{process.communicate()[1]}") from None
    lines = out.splitlines()
    assert len(lines) <= 1, out
    return Ran(process.returncode, json.loads(lines[0]) if lines else None, err)


def read(servers: str, topic: str, partitions: int, *, settled: bool = True) -> list[Message]:
    """Every committed record up to the ends of now, in each partition's order.

    A commit is answered before its markers are written, and until then its records are not readable: unless ``settled``
    is false, because a transaction is open on purpose, they are waited for.
    """
    places = [TopicPartition(topic, number) for number in range(partitions)]
    reader, onlooker = _consumer(servers, "read_committed"), _consumer(servers, "read_uncommitted")
    try:
        if settled:
            wait_until(lambda: _marks(reader, places) == _marks(onlooker, places), "a transaction is open")
        marks = _marks(reader, places)
        ends = {partition: end for partition, (_, end) in marks.items()}
        # Explicit offsets: OFFSET_BEGINNING costs half a second.
        reader.assign([TopicPartition(topic, partition, start) for partition, (start, _) in marks.items()])
        found: list[Message] = []
        deadline = time.monotonic() + 20
        while any(one.offset < ends[one.partition] for one in reader.position(places) if ends[one.partition]):
            assert time.monotonic() < deadline, "the reader never reached the end"
            messages = reader.consume(1000, 0.1)
            assert not [one.error() for one in messages if one.error() is not None]
            found.extend(messages)
        return found
    finally:
        reader.close()
        onlooker.close()


@contextmanager
def foreign_transaction(servers: str, topic: str) -> Iterator[Producer]:
    """Somebody else's transaction, open on the topic's partition 0: what is committed after its record is not readable
    until it ends. Commit it, or it is aborted at the end."""
    config: dict[str, Any] = {
        "bootstrap.servers": servers,
        "transactional.id": f"other-{topic}",
        "linger.ms": 0,
    }
    producer = Producer(config)
    producer.init_transactions(WAIT)
    producer.begin_transaction()
    producer.produce(topic, b"{}", partition=0)
    assert producer.flush(WAIT) == 0
    try:
        yield producer
    finally:
        with suppress(KafkaException):
            producer.abort_transaction(WAIT)


def hidden(servers: str, topic: str, partitions: int) -> bool:
    """Whether something at the topic's end is not readable."""
    places = [TopicPartition(topic, number) for number in range(partitions)]
    reader, onlooker = _consumer(servers, "read_committed"), _consumer(servers, "read_uncommitted")
    try:
        return _marks(reader, places) != _marks(onlooker, places)
    finally:
        reader.close()
        onlooker.close()


def _marks(consumer: Consumer, places: list[TopicPartition]) -> dict[int, tuple[int, int]]:
    """First offset and end of each partition, as the consumer's isolation level has them."""
    return {one.partition: consumer.get_watermark_offsets(one, timeout=10) for one in places}


def _consumer(servers: str, isolation: str) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": "test",
            "isolation.level": isolation,
            "enable.auto.commit": False,
            "auto.offset.reset": "error",
            "fetch.wait.max.ms": 10,
            "log_level": 2,
        }
    )


def headers(message: Message) -> dict[str, bytes]:
    given = message.headers() or []
    assert isinstance(given, list)
    return {name: value for name, value in given if isinstance(value, bytes)}


def page_of(message: Message) -> int:
    source = headers(message)["source"].decode()
    return int(source.split("page=")[1].split("#")[0])
