"""A leader can be asked once what brokers say of it is true."""

from __future__ import annotations

import socket
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, Node, TopicCollection

from waybill_common.kafka.leaders import leaders_answer


class Cluster:
    """``leaders`` of the partitions of one topic, of brokers at ``ports``; fails with ``error`` where there is one."""

    def __init__(self, ports: dict[int, int], leaders: dict[int, int], error: int | None = None) -> None:
        brokers = {one: Node(one, "127.0.0.1", port) for one, port in ports.items()}
        self.partitions = [SimpleNamespace(id=one, leader=brokers.get(leaders[one])) for one in leaders]
        self.error = error

    def describe_topics(self, topics: TopicCollection, request_timeout: float) -> dict[str, Future[Any]]:
        assert request_timeout > 0
        future: Future[Any] = Future()
        if self.error is None:
            future.set_result(SimpleNamespace(partitions=self.partitions))
        else:
            future.set_exception(KafkaException(KafkaError(self.error)))
        return dict.fromkeys(topics.topic_names, future)


@pytest.mark.parametrize(
    ("leaders", "partitions", "answers"),
    [
        ({0: 1, 1: 1}, {0, 1}, True), ({0: 1, 1: 2}, {0, 1}, False), ({0: 1, 1: 2}, {0}, True),
        ({0: -1}, {0}, False), ({0: 1}, {0, 7}, True),
    ],
    ids=["alive", "one is dead", "another's is dead", "none", "a partition that is not there"],
)  # fmt: skip
def test_a_leader_answers_that_takes_connections(
    leaders: dict[int, int], partitions: set[int], *, answers: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as alive, socket.create_server(("127.0.0.1", 0)) as dead:
        ports = {1: alive.getsockname()[1], 2: dead.getsockname()[1]}
        dead.close()
        assert leaders_answer("orders", partitions)(Cluster(ports, leaders), 5.0) is answers  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [KafkaError._TIMED_OUT, KafkaError.UNKNOWN_TOPIC_OR_PART])
def test_where_nothing_is_told_the_question_itself_says_why(error: int) -> None:
    assert leaders_answer("orders", {0})(Cluster({}, {}, error), 5.0)  # type: ignore[arg-type]
