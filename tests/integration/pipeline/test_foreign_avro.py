"""Spark, a topic of others in Avro by a registry, and its sibling: the built artifacts, as with any stream."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyarrow.dataset as ds
from confluent_kafka import Producer
from integration.artifacts import Pipeline
from registry_server import running
from stream_folders import write_folder
from unit.delivery.registry_world import RENAMED, SCHEMA, contract, framed

from waybill_common.kafka import ensure_topic
from waybill_common.settings import KafkaSettings


def test_what_spark_delivers_of_avro_is_verified_and_what_was_redriven_too(
    pipeline: Pipeline, topic: str
) -> None:
    """Each of the two runs of Spark is a run of its own: the second knows from the lake what the first has bound."""
    servers = pipeline.env["WAYBILL_KAFKA__BOOTSTRAP_SERVERS"]
    ensure_topic(
        KafkaSettings(bootstrap_servers=servers, replication_factor=1, create_topics=True),
        topic,
        partitions=2,
    )
    written = contract(extra="ignore", id=None)
    write_folder(pipeline.folder / "streams", "orders", f'topic = "{topic}"\n', written.document)
    with running() as registry:
        pipeline.env = {
            **pipeline.env,
            "WAYBILL_STREAM__NAME": "orders",
            "WAYBILL_STREAMS_FOLDER": str(pipeline.folder / "streams"),
            "WAYBILL_REGISTRY__URL": registry.url,
            "WAYBILL_DELIVERY__ROWS_PER_OBJECT": "8",
        }
        registry.put(7, SCHEMA)
        registry.put(9, RENAMED)
        send(servers, topic, [framed(number) for number in (*[7] * 20, 12)], 0)
        send(servers, topic, [*(framed(9) for _ in range(5)), b"none"], 1)
        first = pipeline.submitted()
        assert (first["rows"], first["dead"]) == (25, 2)

        registry.put(12, SCHEMA)
        redrive = ("redrive", "--reason=unknown_schema", "--send", "--json")
        sent = pipeline.run([str(pipeline.artifacts / "waybill.pex"), *redrive])
        assert (sent.returncode, json.loads(sent.stdout)["sent"]) == (0, 1), sent.stderr[-3000:]
        again = pipeline.submitted()
        assert (again["rows"], again["redriven"]["rows"]) == (0, 1)

    lake = Path(pipeline.lake.address).parent
    rows = ds.dataset(lake / "orders" / "data").to_table().to_pylist()
    assert Counter(row["itemid"] for row in rows) == {"Item_12": 20, None: 5}
    [redriven] = ds.dataset(lake / "orders_redriven" / "data").to_table().to_pylist()
    assert redriven["itemid"] == "Item_12"
    code, audit = pipeline.verify("--complete")
    assert (code, audit["findings"], audit["redriven"]["counts"]["rows"]) == (0, [], 1)


def send(servers: str, topic: str, values: list[bytes], partition: int) -> None:
    producer = Producer({"bootstrap.servers": servers})
    for value in values:
        producer.produce(topic, value, partition=partition)
    assert producer.flush(30) == 0
