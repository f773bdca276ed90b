"""What a run refuses, with which exit code, before anything is published."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from changed_topics import create_topic, delete_topic
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
from integration.producer.runs import Pipeline

from waybill_sandbox.api import Simulator
from waybill_sandbox.ports import free_ports


def admin(pipeline: Pipeline) -> AdminClient:
    return AdminClient({"bootstrap.servers": pipeline.servers})


def create(
    pipeline: Pipeline, topic: str, policy: str = "delete", partitions: int = 3, **config: str
) -> None:
    settings = {"cleanup.policy": policy} | {name.replace("_", "."): value for name, value in config.items()}
    wanted = NewTopic(topic, num_partitions=partitions, replication_factor=1, config=settings)
    create_topic(admin(pipeline), wanted)


def delete(pipeline: Pipeline, topic: str) -> None:
    delete_topic(admin(pipeline), topic)


def test_a_changed_query_is_refused_until_the_seed_is_new(pipeline: Pipeline) -> None:
    assert pipeline.run(producer__pages=1).code == 0
    ran = pipeline.run(source__results=60)
    assert ran.code == 23
    assert "results was 50 and is 60" in ran.stderr
    assert len(pipeline.events()) == 50
    again = pipeline.run(source__results=60, source__seed="new", producer__pages=1)
    assert again.code == 0, again.stderr
    assert len(pipeline.ids()) == 110


def test_records_without_a_cursor_are_refused(pipeline: Pipeline) -> None:
    assert pipeline.run(producer__pages=1).code == 0
    delete(pipeline, f"{pipeline.topic}.cursor")
    ran = pipeline.run()
    assert ran.code == 23
    assert "no cursor" in ran.stderr
    assert len(pipeline.events()) == 50


def test_a_recreated_topic_is_refused(pipeline: Pipeline) -> None:
    assert pipeline.run(producer__pages=1).code == 0
    delete(pipeline, pipeline.topic)
    ran = pipeline.run()
    assert ran.code == 23
    assert "made again" in ran.stderr
    assert pipeline.events() == []


def test_a_page_that_another_seed_published_is_refused(pipeline: Pipeline) -> None:
    assert pipeline.run(source__seed="run", producer__pages=12, source__results=2).code == 0
    ran = pipeline.run(source__seed="run1", producer__pages=2, source__results=2)
    assert ran.code == 23
    assert "is page 12 of seed 'run'" in ran.stderr
    assert ran.summary is not None
    assert ran.summary["pages"] == 1


def test_a_foreign_record_in_the_cursor_topic_is_refused(pipeline: Pipeline) -> None:
    assert pipeline.run(producer__pages=1).code == 0
    stranger = Producer({"bootstrap.servers": pipeline.servers})
    stranger.produce(f"{pipeline.topic}.cursor", b"hello", b"seed:abc")
    assert stranger.flush(10) == 0
    ran = pipeline.run()
    assert ran.code == 23
    assert f"{pipeline.topic}.cursor-0 offset" in ran.stderr


def test_a_missing_topic_is_refused_where_creation_is_off(pipeline: Pipeline) -> None:
    ran = pipeline.run(kafka__create_topics="false")
    assert ran.code == 22
    assert pipeline.topic in ran.stderr
    assert pipeline.topic not in admin(pipeline).list_topics(timeout=10).topics


@pytest.mark.parametrize("suffix", ["", ".dead"], ids=["events", "dead_letters"])
def test_a_compacted_topic_is_refused(pipeline: Pipeline, suffix: str) -> None:
    create(pipeline, f"{pipeline.topic}{suffix}", "compact,delete")
    ran = pipeline.run()
    assert ran.code == 22
    assert "cleanup.policy" in ran.stderr


@pytest.mark.parametrize(
    ("policy", "partitions"), [("delete", 1), ("compact", 2)], ids=["policy", "partitions"]
)
def test_a_cursor_topic_that_would_lose_cursors_is_refused(
    pipeline: Pipeline, policy: str, partitions: int
) -> None:
    create(pipeline, f"{pipeline.topic}.cursor", policy, partitions)
    assert pipeline.run().code == 22


def test_too_few_brokers_for_the_replication_are_refused(pipeline: Pipeline) -> None:
    ran = pipeline.run(kafka__replication_factor=3)
    assert ran.code == 22
    assert "replication factor 3" in ran.stderr


def test_no_broker_ends_within_the_time_allowed(pipeline: Pipeline) -> None:
    lonely = replace(pipeline, servers=f"127.0.0.1:{free_ports(1)[0]}")
    started = time.monotonic()
    ran = lonely.run(kafka__timeout=3)
    assert ran.code == 20
    assert time.monotonic() - started < 45
    assert lonely.servers in ran.stderr


def test_no_key_no_start(pipeline: Pipeline, simulator: Simulator) -> None:
    ran = replace(pipeline, key=None).run()
    assert ran.code == 2
    assert "pseudonym.key is not set" in ran.stderr
    assert not simulator.requests


def test_a_key_that_can_be_guessed_begins_no_stream_and_ends_none(pipeline: Pipeline) -> None:
    weak = replace(pipeline, key="a" * 32)
    refused = weak.run(producer__pages=1)
    assert refused.code == 2
    assert "pseudonym.key can be guessed" in refused.stderr
    assert pipeline.run(producer__pages=1).code == 0
    going_on = weak.run(producer__pages=1)
    assert going_on.code == 0
    [warning] = [line for line in going_on.stderr.splitlines() if "weak pseudonym key" in line]
    assert len(json.loads(warning)["rotation"]) == 4


def test_a_wrong_setting_leaves_stdout_to_machines(pipeline: Pipeline) -> None:
    ran = pipeline.run(source__results=6000)
    assert ran.code == 2
    assert ran.summary is None
    assert "source.results = '6000' (from flag --source.results)" in ran.stderr


def test_a_property_that_librdkafka_does_not_take_is_refused(pipeline: Pipeline) -> None:
    ran = pipeline.run(kafka__properties='{"no.such.property": "1"}')
    assert ran.code == 2
    assert "no.such.property" in ran.stderr
