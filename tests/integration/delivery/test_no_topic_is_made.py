"""Brokers that make topics whenever somebody asks for one, as Kafka's do by default: reading makes none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from waybill_common.errors import WaybillError
from waybill_common.kafka import (
    TopicState,
    describe_topic,
    first_offsets,
    librdkafka_config,
    offsets_at,
    topic_id,
    topic_state,
    watermarks,
)
from waybill_common.kafka.clients import open_admin
from waybill_common.settings import KafkaSettings
from waybill_ops.lag.oldest import oldest_records
from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.kafka.kafka_plan import Security

NAME = "missing"
ASKED: dict[str, Callable[[KafkaSettings], Any]] = {
    "describe_topic": lambda kafka: describe_topic(kafka, NAME),
    "topic_id": lambda kafka: topic_id(kafka, NAME),
    "topic_state": lambda kafka: topic_state(kafka, NAME),
    "watermarks": lambda kafka: watermarks(kafka, NAME, [0]),
    "first_offsets": lambda kafka: first_offsets(kafka, NAME, [0]),
    "offsets_at": lambda kafka: offsets_at(
        kafka, TopicState(NAME, "id", {0: 0}, {0: 0}), datetime(2026, 11, 1, tzinfo=UTC)
    ),
    "oldest_records": lambda kafka: oldest_records(kafka, NAME, {0: (0, 5)}),
}


@pytest.fixture(scope="module")
def willing(
    kafka_jars: tuple[Path, ...], java: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KafkaSettings]:
    folder = tmp_path_factory.mktemp("willing")
    makes = Security(listeners=(), properties={"auto.create.topics.enable": "true"})
    with KafkaCluster(kafka_jars, java, folder, security=makes) as cluster:
        yield KafkaSettings(bootstrap_servers=cluster.bootstrap_servers, replication_factor=1, timeout=2)


def test_no_question_makes_a_topic(willing: KafkaSettings) -> None:
    admin = open_admin(librdkafka_config(willing))
    for name, ask in ASKED.items():
        with suppress(WaybillError):  # each may say that there is none
            ask(willing)
        assert NAME not in admin.list_topics(timeout=15).topics, name
