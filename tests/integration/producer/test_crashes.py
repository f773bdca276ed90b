"""Killed, frozen, doubled: a plain re-run leaves neither a gap nor a duplicate for ``read_committed`` readers."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time

from confluent_kafka import OFFSET_BEGINNING
from confluent_kafka import Consumer
from confluent_kafka import TopicPartition
from integration.producer.runs import PARTITIONS
from integration.producer.runs import Pipeline
from integration.producer.runs import finish

from waybill_sandbox.api import Simulator
from waybill_sandbox.kafka import KafkaCluster


class Onlooker:
    """Reads uncommitted records as they arrive: sees a transaction that is open."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": pipeline.servers,
                "group.id": "onlooker",
                "isolation.level": "read_uncommitted",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 5,
            }
        )
        self._consumer.assign(
            [TopicPartition(pipeline.topic, one, OFFSET_BEGINNING) for one in range(PARTITIONS)]
        )
        self.seen = 0

    def await_records(self, count: int) -> None:
        deadline = time.monotonic() + 20
        while self.seen < count:
            assert time.monotonic() < deadline, f"only {self.seen} records came"
            self.seen += len([one for one in self._consumer.consume(1000, 0.005) if one.error() is None])

    def close(self) -> None:
        self._consumer.close()


def open_transaction(pipeline: Pipeline, attempts: int = 15) -> subprocess.Popen[str]:
    """A frozen producer with a transaction open on its second page or later.

    The first page is published before, so that topics exist. Records of an open transaction are visible to the
    onlooker before its commit; whether the freeze came in time is told by the committed count.
    """
    for _ in range(attempts):
        published = len(pipeline.events())
        onlooker = Onlooker(pipeline)
        onlooker.await_records(published)
        process = pipeline.start(source__results=1000, producer__pages=1)
        onlooker.await_records(onlooker.seen + 1)
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(0.2)
        onlooker.close()
        if len(pipeline.events()) == published:
            return process
        os.kill(process.pid, signal.SIGCONT)
        finish(process)
    raise AssertionError("no freeze fell into a transaction")


def assert_whole(pipeline: Pipeline, pages: int, users: int) -> None:
    assert pipeline.pages() == dict.fromkeys(range(1, pages + 1), users)
    assert set(pipeline.ids().values()) == {1}
    assert [cursor["page"] for cursor in pipeline.cursors()] == list(range(1, pages + 1))


def test_sigkill_inside_a_transaction_leaves_no_gap_and_no_duplicate(pipeline: Pipeline) -> None:
    assert pipeline.run(source__results=1000, producer__pages=1).code == 0
    frozen = open_transaction(pipeline)
    published = len(pipeline.events()) // 1000
    frozen.kill()
    finish(frozen)
    ran = pipeline.run(source__results=1000, producer__pages=2)
    assert ran.code == 0, ran.stderr
    assert_whole(pipeline, published + 2, 1000)


def test_a_first_transaction_that_was_killed_does_not_count_as_records(pipeline: Pipeline) -> None:
    assert pipeline.run(producer__pages=1, source__version="9.9").code == 11
    frozen = open_transaction(pipeline)
    first = pipeline.cursors() == []
    frozen.kill()
    finish(frozen)
    ran = pipeline.run(source__results=1000, producer__pages=1)
    assert ran.code == 0, ran.stderr
    assert first or len(pipeline.cursors()) > 1


def test_a_frozen_producer_is_fenced_by_the_next_one(pipeline: Pipeline) -> None:
    assert pipeline.run(source__results=1000, producer__pages=1).code == 0
    frozen = open_transaction(pipeline)
    published = len(pipeline.events()) // 1000
    ran = pipeline.run(source__results=1000, producer__pages=2)
    assert ran.code == 0, ran.stderr
    os.kill(frozen.pid, signal.SIGCONT)
    late = finish(frozen)
    assert late.code == 24, late.stderr
    assert_whole(pipeline, published + 2, 1000)


def test_a_running_producer_is_fenced_by_the_next_one(pipeline: Pipeline) -> None:
    first = pipeline.start(producer__pages=None, producer__pause_interval=1.5)
    deadline = time.monotonic() + 20
    while "page published" not in (first.stderr.readline() if first.stderr else ""):
        assert time.monotonic() < deadline
    second = pipeline.run(producer__pages=2)
    assert second.code == 0, second.stderr
    assert finish(first).code == 24
    pages = len(pipeline.cursors())
    assert_whole(pipeline, pages, 50)


def test_sigkill_at_random_moments_leaves_no_gap_and_no_duplicate(pipeline: Pipeline) -> None:
    chance = random.Random(20261122)
    assert pipeline.run(producer__pages=1).code == 0
    for _ in range(6):
        onlooker = Onlooker(pipeline)
        onlooker.await_records(len(pipeline.events()))
        process = pipeline.start(producer__pages=200)
        onlooker.await_records(onlooker.seen + chance.randrange(1, 1500))
        process.kill()
        finish(process)
        onlooker.close()
    ran = pipeline.run(producer__pages=1)
    assert ran.code == 0, ran.stderr
    assert_whole(pipeline, len(pipeline.cursors()), 50)


def test_a_broker_that_is_away_for_a_while_costs_nothing(
    kafka_three: KafkaCluster, simulator: Simulator, topic: str, pipeline: Pipeline
) -> None:
    three = Pipeline(kafka_three.bootstrap_servers, simulator.url, topic, pipeline.folder)
    process = three.start(
        kafka__replication_factor=3, producer__pages=12, producer__pause_interval=0.7, kafka__timeout=30
    )
    time.sleep(4)
    kafka_three.kill_node(2)
    ran = finish(process)
    assert ran.code == 0, ran.stderr
    assert_whole(three, 12, 50)
