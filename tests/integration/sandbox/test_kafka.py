from __future__ import annotations

import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from changed_topics import create_topic
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from processes import descendants, runs
from waiting import wait_until

from waybill_sandbox.kafka import KafkaCluster

PARTITIONS = 3
QUIET = {"log_level": 2}


def create(cluster: KafkaCluster, topic: str) -> None:
    admin = AdminClient({"bootstrap.servers": cluster.bootstrap_servers})
    create_topic(admin, NewTopic(topic, num_partitions=PARTITIONS))


def producer(cluster: KafkaCluster, transactional_id: str) -> Producer:
    made = Producer(
        {
            "bootstrap.servers": cluster.bootstrap_servers,
            "transactional.id": transactional_id,
            "linger.ms": 5,
            **QUIET,
        }
    )
    made.init_transactions(60)
    return made


def read_committed(cluster: KafkaCluster, topic: str) -> Counter[bytes]:
    """Every committed record, up to the end of each partition."""
    consumer = Consumer(
        {
            "bootstrap.servers": cluster.bootstrap_servers,
            "group.id": f"read-{topic}",
            "isolation.level": "read_committed",
            "auto.offset.reset": "error",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            **QUIET,
        }
    )
    found: Counter[bytes] = Counter()
    unread = set(range(PARTITIONS))
    deadline = time.monotonic() + 60
    try:
        consumer.assign([TopicPartition(topic, partition, 0) for partition in unread])
        while unread:
            assert time.monotonic() < deadline, f"partitions {unread} never reached their ends"
            for message in consumer.consume(1000, 0.2):
                error = message.error()
                if error is None:
                    found[message.value() or b""] += 1
                elif error.code() == KafkaError._PARTITION_EOF:
                    unread.discard(message.partition())
    finally:
        consumer.close()
    return found


@pytest.mark.parametrize("fixture", ["kafka", "kafka_three"], ids=["one_node", "three_nodes"])
def test_only_committed_transactions_are_read(
    fixture: str, topic: str, request: pytest.FixtureRequest
) -> None:
    cluster: KafkaCluster = request.getfixturevalue(fixture)
    create(cluster, topic)
    one = producer(cluster, topic)
    for batch, commit in enumerate((True, False, True)):
        one.begin_transaction()
        for number in range(500):
            one.produce(topic, f"{batch}-{number}".encode())
        # An abort drops what is not sent yet, and would leave nothing for a reader to skip.
        one.flush(30)
        (one.commit_transaction if commit else one.abort_transaction)(30)
    found = read_committed(cluster, topic)
    assert found == Counter(f"{batch}-{number}".encode() for batch in (0, 2) for number in range(500))


def test_a_second_producer_fences_the_first(kafka: KafkaCluster, topic: str) -> None:
    create(kafka, topic)
    first = producer(kafka, topic)
    first.begin_transaction()
    first.produce(topic, b"of the first")
    first.flush(30)
    second = producer(kafka, topic)
    with pytest.raises(KafkaException):
        first.commit_transaction(30)
    second.begin_transaction()
    second.produce(topic, b"of the second")
    second.commit_transaction(30)
    assert read_committed(kafka, topic) == Counter([b"of the second"])


def test_a_topic_does_not_appear_by_being_written_to(kafka: KafkaCluster, topic: str) -> None:
    outcomes: list[KafkaError | None] = []
    plain = Producer({"bootstrap.servers": kafka.bootstrap_servers, "message.timeout.ms": 3000, **QUIET})
    plain.produce(topic, b"x", on_delivery=lambda error, _: outcomes.append(error))
    plain.flush(30)
    assert len(outcomes) == 1
    assert outcomes[0] is not None
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap_servers})
    assert topic not in admin.list_topics(timeout=30).topics


def test_one_of_three_killed_while_producing_loses_and_doubles_nothing(
    kafka_three: KafkaCluster, topic: str
) -> None:
    create(kafka_three, topic)
    one = producer(kafka_three, topic)
    committed = 0
    killer = threading.Timer(0.5, kafka_three.kill_node, args=(2,))
    killer.start()
    deadline = time.monotonic() + 90
    while killer.is_alive() or committed < 40:
        assert time.monotonic() < deadline, f"only {committed} transactions were committed"
        one.begin_transaction()
        for number in range(200):
            one.produce(topic, f"{committed}-{number}".encode())
        one.commit_transaction(60)
        committed += 1
    assert 2 not in kafka_three.pids()
    found = read_committed(kafka_three, topic)
    assert found == Counter(
        f"{batch}-{number}".encode() for batch in range(committed) for number in range(200)
    )


def test_a_killed_node_comes_back_on_its_ports_with_its_data(kafka_three: KafkaCluster, topic: str) -> None:
    create(kafka_three, topic)
    servers = kafka_three.bootstrap_servers
    one = producer(kafka_three, topic)
    one.begin_transaction()
    one.produce(topic, b"before")
    one.commit_transaction(60)
    for node_id in (1, 2, 3):
        kafka_three.kill_node(node_id)
    kafka_three.restart_nodes(1, 2, 3)
    assert kafka_three.bootstrap_servers == servers
    # A leader that was killed knows its high watermark only as of some seconds ago, until its followers have fetched.
    found = wait_until(lambda: read_committed(kafka_three, topic), "the record never came back", seconds=120)
    assert found == Counter([b"before"])


def test_stop_leaves_no_process(kafka_jars: tuple[Path, ...], java: Path, tmp_path: Path) -> None:
    cluster = KafkaCluster(kafka_jars, java, tmp_path).start()
    started = [one for group in cluster.pids().values() for one in (group, *dict(descendants(group)))]
    assert len(started) > 1
    cluster.stop()
    assert not any(runs(one) for one in started)
