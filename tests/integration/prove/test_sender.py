"""What a producer killed in mid-transaction has sent, and has not, is what Kafka shows: the rest is sent once."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from integration.producer.runs import foreign_transaction, hidden, read
from waiting import wait_until

from waybill_common.kafka import ensure_topic
from waybill_common.settings import KafkaSettings
from waybill_ops.prove.fault_plan import Transaction
from waybill_ops.prove.producer_process import SendTask, child_command, committed, held
from waybill_ops.prove.programs import programs_in
from waybill_ops.prove.proof_events import event_id
from waybill_ops.prove.sender import Sender, committed_places
from waybill_sandbox.kafka import KafkaCluster

SEED = 3
TRANSACTIONS = (
    Transaction(0, 0, 40, aborted=True),
    Transaction(1, 40, 100, aborted=False),
    Transaction(2, 100, 130, aborted=True),
)


@pytest.fixture
def sender(kafka: KafkaCluster, topic: str) -> Sender:
    settings = KafkaSettings(bootstrap_servers=kafka.bootstrap_servers, replication_factor=1, timeout=15)
    return Sender(settings, ensure_topic(settings, topic, partitions=2), SEED)


def ids(sender: Sender) -> Counter[str]:
    found = read(sender.kafka.bootstrap_servers, sender.topic.name, sender.topic.partitions)
    return Counter((message.key() or b"").decode() for message in found)


def all_once() -> Counter[str]:
    return Counter(event_id(SEED, number) for number in range(130))


def test_an_aborted_transaction_leaves_nothing_to_readers(sender: Sender) -> None:
    sender.send(TRANSACTIONS)
    assert ids(sender) == all_once()
    assert sender.aborted == 2
    seen = committed_places(sender.kafka, sender.topic)
    assert seen == {event_id(SEED, number): place for number, place in sender.acknowledged.items()}


@pytest.mark.parametrize("hold", [0, 70, 129], ids=["first record", "second transaction", "last record"])
def test_a_killed_producer_leaves_neither_a_gap_nor_a_double(
    sender: Sender, hold: int, tmp_path: Path
) -> None:
    env = {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "WAYBILL_STREAM__TOPIC": sender.topic.name,
        "WAYBILL_KAFKA__BOOTSTRAP_SERVERS": sender.kafka.bootstrap_servers,
    }
    with programs_in(tmp_path) as programs:
        child = programs.start("producer", child_command(SendTask(SEED, TRANSACTIONS, hold)), env)
        wait_until(lambda: held(child.lines()), child.tail, process=child.process)
        child.kill()
    sender.acknowledged |= committed(child.lines())
    known = len(sender.acknowledged)
    left = sender.settle(TRANSACTIONS)
    assert [one.number for one in left] == [one.number for one in TRANSACTIONS if one.last > hold]
    assert known == TRANSACTIONS[-len(left)].first
    sender.send(left)
    assert ids(sender) == all_once()
    assert sorted(sender.acknowledged) == list(range(130))


def test_what_was_sent_can_be_read_once_it_is_said_to_be_sent(sender: Sender) -> None:
    servers, topic = sender.kafka.bootstrap_servers, sender.topic
    with foreign_transaction(servers, topic.name) as other, ThreadPoolExecutor(1) as pool:
        sent = pool.submit(sender.send, TRANSACTIONS)
        with pytest.raises(TimeoutError):
            sent.result(2.0)
        other.commit_transaction(15)
        sent.result(15)
        assert not hidden(servers, topic.name, topic.partitions)


def test_a_child_whose_topic_is_gone_says_so(kafka: KafkaCluster, topic: str, tmp_path: Path) -> None:
    env = {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "WAYBILL_STREAM__TOPIC": topic,
        "WAYBILL_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
    }
    with programs_in(tmp_path) as programs:
        child = programs.start("producer", child_command(SendTask(SEED, TRANSACTIONS, 0)), env)
        assert child.code() == 22
    assert json.loads(child.tail().splitlines()[0])["event"] == "TopicRefused"
