"""Brokers that make topics whenever somebody asks for one, as Kafka's do by default: reading makes none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from unit.delivery.orders import orders

from waybill_common.errors import WaybillError
from waybill_common.kafka import librdkafka_config, topic_state, watermarks
from waybill_common.kafka.clients import open_admin
from waybill_common.settings import KafkaSettings, LakeSettings, Settings, StreamSettings
from waybill_contracts.topic_sample import sample_of_topic
from waybill_delivery.plan_of_run import plan_of
from waybill_ops.audit.kafka_log import LogReader
from waybill_ops.lag.oldest import oldest_records
from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.kafka.kafka_plan import Security

NAME = "missing"


def planned(kafka: KafkaSettings, source: str | None) -> None:
    stream = StreamSettings(name="orders", topic=NAME, contract=orders().document, source=source)
    found = plan_of(Settings(stream=stream, kafka=kafka, lake=LakeSettings(url="/nowhere/that/is")))
    assert source is None or found.as_json()["topic"] == {
        "name": NAME,
        "exists": False,
        "partitions": 3,
        "cleanup_policy": "delete",
        "retention_ms": -1,
    }


def read_log(kafka: KafkaSettings) -> None:
    with closing(LogReader(kafka, NAME)) as log:
        log.bounds([0])


ASKED: dict[str, Callable[[KafkaSettings], Any]] = {
    "topic_state": lambda kafka: topic_state(kafka, NAME),
    "watermarks": lambda kafka: watermarks(kafka, NAME, [0]),
    "oldest_records": lambda kafka: oldest_records(kafka, NAME, {0: (0, 5)}),
    "sample_of_topic": lambda kafka: sample_of_topic(kafka, NAME, 5, 1),
    "the audit's reader": read_log,
    "plan of others' topic": lambda kafka: planned(kafka, None),
    "plan of a topic of ours": lambda kafka: planned(kafka, "ours"),
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
