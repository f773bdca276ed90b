"""Brokers that make topics whenever somebody asks for one, as Kafka's do by default: reading makes none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from waybill_common.errors import WaybillError
from waybill_common.kafka import librdkafka_config, topic_state, watermarks
from waybill_common.kafka.clients import open_admin
from waybill_common.settings import KafkaSettings
from waybill_ops.lag.oldest import oldest_records
from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.kafka.kafka_plan import Security

NAME = "missing"
ASKED: dict[str, Callable[[KafkaSettings], Any]] = {
    "topic_state": lambda kafka: topic_state(kafka, NAME),
    "watermarks": lambda kafka: watermarks(kafka, NAME, [0]),
    "oldest_records": lambda kafka: oldest_records(kafka, NAME, {0: (0, 5)}),
}


@pytest.fixture(scope="module")
def willing(
    kafka_jars: tuple[Path, ...], java: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KafkaSettings]:
    folder = tmp_path_factory.mktemp("willing")
    makes = Security(listeners=(), properties={"auto.create.topics.enable": "true"})
    with KafkaCluster(kafka_jars, java, folder, security=makes) as cluster:
        yield KafkaSettings(bootstrap_servers=cluster.bootstrap_servers, replication_factor=1, timeout=1)


def test_no_question_makes_a_topic(willing: KafkaSettings) -> None:
    admin = open_admin(librdkafka_config(willing))
    for name, ask in ASKED.items():
        with suppress(WaybillError):  # each may say that there is none
            ask(willing)
        assert NAME not in admin.list_topics(timeout=15).topics, name
