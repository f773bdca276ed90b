"""What real topics hold, and the samples of the worked examples, sent through a real Kafka as streams of one folder:
rows, dead letters, the audit.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import registry_server
from confluent_kafka import Producer
from integration.local_engine.test_several_streams import Streams
from samples.sample import HERE, Row, Sample
from samples.table import SAMPLES
from stream_folders import write_folder
from unit.contracts.readers import Reader, by_duckdb, by_pandas, by_pyarrow, text_of, told_whole

from waybill_common.kafka import ensure_topic, librdkafka_config
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_contracts import sample_test
from waybill_contracts.judging import KafkaInput
from waybill_contracts.schema_files import texts_of
from waybill_sandbox.kafka import KafkaCluster
from waybill_streams.finding import StreamFolders

TOOLS = {"pyarrow": by_pyarrow, "DuckDB": by_duckdb, "pandas": by_pandas}
"""In turn: `make types` has each of them read each sample, Polars and Spark too."""

IN_TURN = pytest.mark.parametrize(
    ("sample", "read"),
    [
        pytest.param(sample, TOOLS[name], id=f"{sample.name}-{name}")
        for sample, name in zip(SAMPLES, cycle(TOOLS), strict=False)
    ],
)
EXAMPLES = ("orders", "orders_avro", "quakes")
READERS = {sample_test.ROWS: sample_test.read_rows, sample_test.RECORDS: sample_test.read_records}


def samples_of(example: str) -> list[sample_test.Sample]:
    files = [one for one in StreamFolders().find(example).samples if one.name in READERS]
    return [one for file in files for one in READERS[file.name](file.name, file.read_bytes())]


@pytest.fixture(scope="module")
def topics(kafka: KafkaCluster, tmp_path_factory: pytest.TempPathFactory) -> Streams:
    """A topic for each sample and each example, in one partition, filled by a plain producer."""
    settings = KafkaSettings(bootstrap_servers=kafka.bootstrap_servers, replication_factor=1, timeout=15)
    place = tmp_path_factory.mktemp("real")
    streams = Streams(
        settings, place / "streams", LakeSettings(url=str(place / "lake")), uuid.uuid4().hex[:8]
    )
    producer = Producer(librdkafka_config(settings))

    def fill(name: str, contract: bytes, records: Iterable[KafkaInput]) -> None:
        topic = streams.topic(name)
        write_folder(streams.folder, name, f'topic = "{topic}"\n', contract)
        ensure_topic(settings, topic, partitions=1)
        for one in records:
            producer.produce(topic, one.value, one.key, partition=0, timestamp=max(0, one.timestamp))

    for sample in SAMPLES:
        fill(sample.name, (HERE / sample.name / "contract.json").read_bytes(), sample.records)
    for example in EXAMPLES:
        contract = StreamFolders().find(example).contract or b""
        fill(example, contract, (one.record.record for one in samples_of(example)))
    assert producer.flush(60) == 0
    return streams


@pytest.fixture(scope="module")
def delivered(topics: Streams) -> dict[str, Any]:
    """The registry is gone once they are: an audit asks none."""
    schemas = texts_of(StreamFolders().find("orders_avro").samples)
    with registry_server.running() as registry:
        for number, schema in schemas.items():
            registry.put(number, schema)
        flags = ("--delivery.workers=2", f"--registry.url={registry.url}")
        code, told = topics.call("deliver", "--all", *flags)
    assert code == 0, told
    return dict(told["streams"])


def test_all_are_delivered_in_one_run_and_verified(topics: Streams, delivered: dict[str, Any]) -> None:
    counted = {name: (one["rows"], one["dead"]) for name, one in delivered.items()}
    wanted = {one.name: (len(one.wanted) - len(one.dead), len(one.dead)) for one in SAMPLES}
    for example in EXAMPLES:
        are_rows = [one.expect == "row" for one in samples_of(example)]
        wanted[example] = (sum(are_rows), len(are_rows) - sum(are_rows))
    assert counted == wanted
    code, told = topics.call("verify", "--all", "--complete", "--json")
    assert (code, {one["verdict"] for one in told["streams"].values()}) == (0, {"ok"})
    assert {*told["streams"]} == {*counted}


def stored(topics: Streams, stream: str, kind: str, read: Reader = by_pyarrow) -> dict[int, dict[str, Any]]:
    """Rows or dead letters by their offsets."""
    files = (Path(topics.lake.url) / stream).glob(f"{kind}/**/*.parquet")
    return {one["kafka_offset"]: one for file in files for one in read(file)}


@IN_TURN
def test_each_record_has_the_outcome_of_the_table(
    sample: Sample, read: Reader, topics: Streams, delivered: dict[str, Any]
) -> None:
    assert sample.name in delivered
    rows, dead = (stored(topics, sample.name, kind, read) for kind in ("data", "dead_letters"))
    for offset, wanted in enumerate(sample.wanted):
        if isinstance(wanted, Row):
            found = told_whole(sample.contract, rows.pop(offset))
            assert {name: found[name] for name in wanted.values} == wanted.values
        else:
            assert dead.pop(offset)["reason"] == wanted.reason
    assert (rows, dead) == ({}, {})


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_sample_of_an_example_arrives_as_it_says(
    example: str, topics: Streams, delivered: dict[str, Any]
) -> None:
    assert example in delivered
    rows, dead = stored(topics, example, "data"), stored(topics, example, "dead_letters")
    for offset, sample in enumerate(samples_of(example)):
        if sample.expect == "row":
            found = rows.pop(offset)
            assert {name: text_of(found[name]) for name in sample.values} == sample.values
        else:
            assert dead.pop(offset)["reason"] == sample.expect
    assert (rows, dead) == ({}, {})
