"""A leader can be asked once what brokers say of it is true."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from waybill_common.kafka.leaders import leaders_answer


class Cluster:
    """``leaders`` of the partitions of one topic, of brokers at ``ports``."""

    def __init__(self, ports: dict[int, int], leaders: dict[int, int]) -> None:
        self.brokers = {one: SimpleNamespace(host="127.0.0.1", port=port) for one, port in ports.items()}
        partitions = {one: SimpleNamespace(leader=leader) for one, leader in leaders.items()}
        self.topics = {"orders": SimpleNamespace(partitions=partitions)}

    def list_topics(self, _topic: str, timeout: float) -> Any:
        assert timeout > 0
        return self


class Silent:
    def list_topics(self, _topic: str, timeout: float) -> Any:
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT))


@pytest.mark.parametrize(
    ("leaders", "partitions", "answers"),
    [
        ({0: 1, 1: 1}, {0, 1}, True), ({0: 1, 1: 2}, {0, 1}, False), ({0: 1, 1: 2}, {0}, True),
        ({0: -1}, {0}, False), ({0: 3}, {0}, False), ({0: 1}, {0, 7}, True),
    ],
    ids=["alive", "one is dead", "another's is dead", "none", "of no broker", "a partition that is not there"],
)  # fmt: skip
def test_a_leader_answers_that_takes_connections(
    leaders: dict[int, int], partitions: set[int], *, answers: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as alive, socket.create_server(("127.0.0.1", 0)) as dead:
        ports = {1: alive.getsockname()[1], 2: dead.getsockname()[1]}
        dead.close()
        assert leaders_answer("orders", partitions)(Cluster(ports, leaders), 5.0) is answers  # type: ignore[arg-type]


def test_where_nothing_is_told_the_question_itself_says_why() -> None:
    assert leaders_answer("orders", {0})(Silent(), 5.0)  # type: ignore[arg-type]
    assert leaders_answer("gone", {0})(Cluster({}, {}), 5.0)  # type: ignore[arg-type]
