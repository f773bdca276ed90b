"""A redrive of 0.1.0's beside one of this release: whichever comes first, no letter is sent twice.

0.1.0's part is played by a producer with its transactional id, which records as its format 1 says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from confluent_kafka import KafkaException, Producer
from integration.dead_letters.conftest import Desk, malformed
from integration.producer.runs import read
from sample_events import nth_event

from waybill_common.kafka import librdkafka_config, redrives_plan, require_topic, topic_state
from waybill_common.settings import StreamSettings
from waybill_streams.names import NAMES


def fill(desk: Desk) -> None:
    desk.stream.produce([malformed(0), malformed(1)], 0)
    desk.deliver()


@contextmanager
def of_0_1_0(desk: Desk) -> Iterator[Producer]:
    """After it has fenced others of its release; what follows is its transaction."""
    stream = StreamSettings(topic=desk.stream.topic)
    require_topic(desk.stream.kafka, redrives_plan(desk.stream.kafka, stream.redrives_topic))
    own = f"waybill-names-{desk.stream.topic}-redrive"
    producer = Producer(librdkafka_config(desk.stream.kafka, {"transactional.id": own}))
    producer.init_transactions(15)
    producer.begin_transaction()
    yield producer


def record(desk: Desk, producer: Producer, offset: int, state: str, successor: int | None = None) -> None:
    topic = desk.stream.topic
    fields = {
        "format": 1, "stream": "names", "topic": topic, "topic_id": topic_state(desk.stream.kafka, topic).id,
        "partition": 0, "offset": offset, "state": state, "at": "2026-11-22T00:00:00.000000Z", "run": "0" * 32,
        "chunk": 1, "successor": successor if successor is None else {"partition": 0, "offset": successor},
        "patch_sha256": None, "reason": "old" if state == "waived" else None,
    }  # fmt: skip
    producer.produce(f"{topic}.redrives", json.dumps(fields).encode(), f"{topic}/0/{offset}".encode())


def send(desk: Desk, producer: Producer, offset: int) -> None:
    topic, of = desk.stream.topic, f"{desk.stream.topic}/0/{offset}"
    producer.produce(topic, NAMES.encode(nth_event(offset)), headers={"waybill-redrive-of": of}, partition=0)
    record(desk, producer, offset, "redriven", 5)
    assert producer.flush(15) == 0


def test_one_of_0_1_0_that_has_read_can_commit_nothing_more(desk: Desk) -> None:
    fill(desk)
    with of_0_1_0(desk) as old:
        send(desk, old, 0)
        assert desk.json("redrive", "--json", "--send", desk.patch())["sent"] == 2
        with pytest.raises(KafkaException):
            old.commit_transaction(15)
    assert set(desk.successors().values()) == {1}
    desk.deliver()
    assert desk.verify()[0] == 0


def test_one_of_0_1_0_that_comes_later_meets_a_mark_before_anything_else(desk: Desk) -> None:
    """It reads the whole topic, and refuses a record of a format that it does not know."""
    fill(desk)
    assert desk.json("redrive", "--json", "--send", desk.patch())["sent"] == 2
    messages = read(desk.stream.kafka.bootstrap_servers, f"{desk.stream.topic}.redrives", 1)
    first = min(messages, key=lambda one: one.offset() or 0)
    assert (first.key(), first.value()) == (b"format", b'{"format":2}')


def test_what_0_1_0_recorded_counts_and_is_taken_back_in_the_same_transaction(desk: Desk) -> None:
    fill(desk)
    with of_0_1_0(desk) as old:
        record(desk, old, 0, "waived")
        record(desk, old, 1, "redriven", 3)
        old.produce(
            desk.stream.topic,
            NAMES.encode(nth_event(1)),
            headers={"waybill-redrive-of": f"{desk.stream.topic}/0/1"},
            partition=0,
        )
        old.commit_transaction(15)
    assert desk.json("dead-letters", "list", "--json")["states"] == {"redriven": 1, "waived": 1}
    assert desk.code("dead-letters", "waive", "--undo", "--reason=wrong_type") == 0
    assert desk.json("dead-letters", "list", "--json")["states"] == {"open": 1, "redriven": 1}
    assert desk.json("redrive", "--json", "--send", desk.patch())["sent"] == 1
    assert desk.json("dead-letters", "list", "--json")["states"] == {"redriven": 2}
    records = read(desk.stream.kafka.bootstrap_servers, f"{desk.stream.topic}.redrives", 1)
    last = {one.key(): one.value() for one in records}
    assert last[f"{desk.stream.topic}/0/0".encode()] is None
    desk.deliver()
    code, report = desk.verify()
    assert (code, report["letters"]["redriven"], report["findings_total"]) == (0, 2, {})
