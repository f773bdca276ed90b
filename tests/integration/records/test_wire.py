"""What the wire client sends is what brokers store and clients read."""

from __future__ import annotations

from typing import Any

import pytest
from confluent_kafka import Message
from integration.producer.runs import read
from integration.records.drive import ANY_TIME
from kafka_wire import Refused, Wire, WireRecord, crc32c

from waybill_sandbox.kafka import KafkaCluster

SENT = (
    WireRecord(None, timestamp=-(2**63)),
    WireRecord(b"", b"", ((b"", None),), 2**63 - 1),
    WireRecord(b"\x00" * 300_000, b"k" * 1_000, ((b"h", b"\xff"),) * 300, -1),
    WireRecord(b"x", None, ((b"h", b""),), 0),
)


def as_sent(message: Message) -> WireRecord:
    headers: Any = message.headers() or ()
    named = tuple((name.encode(), value) for name, value in headers)
    return WireRecord(message.value(), message.key(), named, message.timestamp()[1])


def test_any_record_comes_back_as_it_was_sent(kafka: KafkaCluster, topic: str) -> None:
    with Wire(kafka.bootstrap_servers) as wire:
        wire.create_topic(topic, config=ANY_TIME)
        assert wire.produce(topic, SENT) == list(range(len(SENT)))
    found = [as_sent(one) for one in read(kafka.bootstrap_servers, topic, 1)]
    assert found == list(SENT)


def test_what_the_broker_refuses_is_an_error(kafka: KafkaCluster, topic: str) -> None:
    with Wire(kafka.bootstrap_servers) as wire:
        wire.create_topic(topic)
        with pytest.raises(Refused, match="error 32"):
            wire.produce(topic, [WireRecord(b"x", timestamp=2**63 - 1)])


def test_the_checksum_is_castagnoli_s() -> None:
    assert crc32c(b"123456789") == 0xE3069283
