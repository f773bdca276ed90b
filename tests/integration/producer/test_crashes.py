"""Killed, frozen, doubled: a plain re-run leaves neither a gap nor a duplicate for ``read_committed`` readers."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time

import pytest
from confluent_kafka import Consumer, TopicPartition
from integration.producer.runs import PARTITIONS, Pipeline, await_event, finish


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
        self._consumer.assign([TopicPartition(pipeline.topic, one, 0) for one in range(PARTITIONS)])
        self.seen = 0

    def await_records(self, count: int) -> None:
        deadline = time.monotonic() + 20
        while self.seen < count:
            assert time.monotonic() < deadline, f"only {self.seen} records came"
            self.seen += len([one for one in self._consumer.consume(1000, 0.005) if one.error() is None])

    def close(self) -> None:
        self._consumer.close()


SLOWLY = {
    "source__results": 1000,
    "producer__pages": 1,
    "kafka__properties": '{"batch.num.messages": "5", "max.in.flight.requests.per.connection": "1"}',
}
"""A page in 200 requests, one after the other: time enough to meet its transaction open."""


def in_transaction(pipeline: Pipeline) -> subprocess.Popen[str]:
    """A producer of one more page, some of whose records a ``read_uncommitted`` reader has just seen."""
    onlooker = Onlooker(pipeline)
    onlooker.await_records(len(pipeline.events()))
    process = pipeline.start(**SLOWLY)
    onlooker.await_records(onlooker.seen + 1)
    onlooker.close()
    return process


def open_transaction(pipeline: Pipeline) -> subprocess.Popen[str]:
    """A producer frozen inside its transaction."""
    published = len(pipeline.events())
    process = in_transaction(pipeline)
    os.kill(process.pid, signal.SIGSTOP)
    time.sleep(0.2)
    if len(pipeline.events(settled=False)) != published:
        process.kill()
        finish(process)
        pytest.fail("the transaction was over before the freeze")
    return process


def assert_whole(pipeline: Pipeline, pages: int, users: int) -> None:
    assert pipeline.pages() == dict.fromkeys(range(1, pages + 1), users)
    assert set(pipeline.ids().values()) == {1}
    assert [cursor["page"] for cursor in pipeline.cursors()] == list(range(1, pages + 1))


def test_sigkill_inside_a_transaction_leaves_no_gap_and_no_duplicate(pipeline: Pipeline) -> None:
    assert pipeline.run(source__results=1000, producer__pages=1).code == 0
    frozen = open_transaction(pipeline)
    frozen.kill()
    finish(frozen)
    ran = pipeline.run(source__results=1000, producer__pages=2)
    assert ran.code == 0, ran.stderr
    assert_whole(pipeline, 3, 1000)


def test_a_first_transaction_that_was_killed_does_not_count_as_records(pipeline: Pipeline) -> None:
    assert pipeline.run(source__version="9.9").code == 11
    frozen = open_transaction(pipeline)
    frozen.kill()
    finish(frozen)
    ran = pipeline.run(source__results=1000, producer__pages=1)
    assert ran.code == 0, ran.stderr
    assert_whole(pipeline, 1, 1000)


def test_sigterm_inside_a_transaction_finishes_it(pipeline: Pipeline) -> None:
    assert pipeline.run(source__results=1000, producer__pages=1).code == 0
    process = in_transaction(pipeline)
    process.send_signal(signal.SIGTERM)
    ran = finish(process)
    assert ran.code == 0, ran.stderr
    assert_whole(pipeline, 2, 1000)


def test_a_frozen_producer_is_fenced_by_the_next_one(pipeline: Pipeline) -> None:
    assert pipeline.run(source__results=1000, producer__pages=1).code == 0
    frozen = open_transaction(pipeline)
    ran = pipeline.run(source__results=1000, producer__pages=2)
    assert ran.code == 0, ran.stderr
    os.kill(frozen.pid, signal.SIGCONT)
    late = finish(frozen)
    assert late.code == 24, late.stderr
    assert_whole(pipeline, 3, 1000)


def test_a_running_producer_is_fenced_by_the_next_one(pipeline: Pipeline) -> None:
    first = pipeline.start(producer__pages=None, producer__pause_interval=1.5)
    await_event(first, "page published")
    second = pipeline.run(producer__pages=2)
    assert second.code == 0, second.stderr
    assert finish(first).code == 24
    pages = len(pipeline.cursors())
    assert_whole(pipeline, pages, 50)


def test_sigkill_at_random_moments_leaves_no_gap_and_no_duplicate(pipeline: Pipeline) -> None:
    chance = random.Random(20261122)
    assert pipeline.run(producer__pages=1).code == 0
    for _ in range(4):
        onlooker = Onlooker(pipeline)
        onlooker.await_records(len(pipeline.events(settled=False)))
        process = pipeline.start(producer__pages=200)
        onlooker.await_records(onlooker.seen + chance.randrange(1, 1500))
        process.kill()
        finish(process)
        onlooker.close()
    ran = pipeline.run(producer__pages=1)
    assert ran.code == 0, ran.stderr
    assert_whole(pipeline, len(pipeline.cursors()), 50)
