"""What real topics hold, sent through a real Kafka as streams of one folder: rows, dead letters, the audit."""

from __future__ import annotations

import uuid
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer
from integration.local_engine.test_several_streams import Streams
from samples.sample import HERE, Row, Sample
from samples.table import SAMPLES
from stream_folders import write_folder
from unit.contracts.readers import Reader, by_duckdb, by_pandas, by_pyarrow, told_whole

from waybill_common.kafka import ensure_topic, librdkafka_config
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_sandbox.kafka import KafkaCluster

READERS = {"pyarrow": by_pyarrow, "DuckDB": by_duckdb, "pandas": by_pandas}
"""In turn: `make types` has each of them read each sample, Polars and Spark too."""

IN_TURN = pytest.mark.parametrize(
    ("sample", "read"),
    [
        pytest.param(sample, READERS[name], id=f"{sample.name}-{name}")
        for sample, name in zip(SAMPLES, cycle(READERS), strict=False)
    ],
)


@pytest.fixture(scope="module")
def topics(kafka: KafkaCluster, tmp_path_factory: pytest.TempPathFactory) -> Streams:
    """A topic for each sample, in one partition, filled by a plain producer."""
    settings = KafkaSettings(bootstrap_servers=kafka.bootstrap_servers, replication_factor=1, timeout=15)
    place = tmp_path_factory.mktemp("real")
    streams = Streams(
        settings, place / "streams", LakeSettings(url=str(place / "lake")), uuid.uuid4().hex[:8]
    )
    producer = Producer(librdkafka_config(settings))
    for sample in SAMPLES:
        topic = streams.topic(sample.name)
        contract = (HERE / sample.name / "contract.json").read_bytes()
        write_folder(streams.folder, sample.name, f'topic = "{topic}"\n', contract)
        ensure_topic(settings, topic, partitions=1)
        for one in sample.records:
            producer.produce(topic, one.value, one.key, partition=0, timestamp=one.timestamp)
    assert producer.flush(60) == 0
    return streams


@pytest.fixture(scope="module")
def delivered(topics: Streams) -> dict[str, Any]:
    code, told = topics.call("deliver", "--all", "--delivery.workers=2")
    assert code == 0, told
    return dict(told["streams"])


def test_all_are_delivered_in_one_run_and_verified(topics: Streams, delivered: dict[str, Any]) -> None:
    counted = {name: (one["rows"], one["dead"]) for name, one in delivered.items()}
    assert counted == {one.name: (len(one.wanted) - len(one.dead), len(one.dead)) for one in SAMPLES}
    code, told = topics.call("verify", "--all", "--complete", "--json")
    assert (code, {one["verdict"] for one in told["streams"].values()}) == (0, {"ok"})
    assert {*told["streams"]} == {*counted}


@IN_TURN
def test_each_record_has_the_outcome_of_the_table(
    sample: Sample, read: Reader, topics: Streams, delivered: dict[str, Any]
) -> None:
    assert sample.name in delivered
    lake = Path(topics.lake.url) / sample.name
    rows = {one["kafka_offset"]: one for file in lake.glob("data/**/*.parquet") for one in read(file)}
    dead = {one["kafka_offset"]: one for file in lake.glob("dead_letters/**/*.parquet") for one in read(file)}
    for offset, wanted in enumerate(sample.wanted):
        if isinstance(wanted, Row):
            found = told_whole(sample.contract, rows.pop(offset))
            assert {name: found[name] for name in wanted.values} == wanted.values
        else:
            assert dead.pop(offset)["reason"] == wanted.reason
    assert (rows, dead) == ({}, {})
