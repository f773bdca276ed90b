"""What a person writes by hand: confluent-kafka to pyarrow.json to Parquet, in two processes. Nothing is checked.
Avro is read by fastavro.

    plain_files.py names|flat|nested|avro BOOTSTRAP_SERVERS TOPIC LAKE GROUP RECORDS_PER_FILE [PROPERTY=VALUE …]

Ends when the topic is read to where it ended at the start. At least once: a file gets its name when it is whole, and
after that its offset is committed.
"""

from __future__ import annotations

import io
import multiprocessing
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from confluent_kafka import Consumer, KafkaException, Message, TopicPartition
from pyarrow import json as pj

PROCESSES = 2
BLOCK = 5000
TEXTS = ("id", "full_name", "gender", "location", "city", "state", "country", "nat", "postcode")
INSTANT = pa.timestamp("us", "UTC")
NAMES = [
    *((name, pa.string()) for name in TEXTS),
    *(("latitude", pa.float64()), ("longitude", pa.float64()), ("email", pa.string())),
    ("produced_at", INSTANT),
]
FLAT = [
    *(("order_id", pa.string()), ("created_at", INSTANT)),
    *((name, pa.string()) for name in ("customer", "email", "country", "city", "status")),
    *(("quantity", pa.int64()), ("weight", pa.float64()), ("price", pa.float64())),
    *(("express", pa.bool_()), ("note", pa.string())),
]
LINE = [
    *(("sku", pa.string()), ("quantity", pa.int64())),
    *(("price", pa.decimal128(12, 2)), ("discount", pa.decimal128(5, 3))),
]
NESTED = [
    *(("order_id", pa.string()), ("created_at", INSTANT), ("total", pa.decimal128(18, 2))),
    ("customer", pa.struct([("name", pa.string()), ("country", pa.string())])),
    *(("lines", pa.list_(pa.struct(LINE))), ("pickup_at", pa.string()), ("note", pa.string())),
]
EACH = (("names", NAMES), ("flat", FLAT), ("nested", NESTED), ("avro", NESTED))
COLUMNS = {name: pa.schema(of) for name, of in EACH}
READING = pj.ReadOptions(use_threads=False, block_size=64 << 20)
FRAME = 5
MONEY = {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2}
PRICE = {**MONEY, "precision": 12}
DISCOUNT = {**MONEY, "precision": 5, "scale": 3}
SCHEMA = {"type": "record", "name": "Order", "fields": [
    {"name": "order_id", "type": "string"},
    {"name": "created_at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
    {"name": "total", "type": MONEY},
    {"name": "customer", "type": {"type": "record", "name": "Customer", "fields": [
        {"name": "name", "type": "string"}, {"name": "country", "type": ["null", "string"]}]}},
    {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
        {"name": "sku", "type": "string"}, {"name": "quantity", "type": "long"},
        {"name": "price", "type": PRICE}, {"name": "discount", "type": ["null", DISCOUNT]}]}}},
    {"name": "pickup_at", "type": ["null", "string"]},
    {"name": "note", "type": "string"}]}  # fmt: skip

Read = Callable[[list[bytes]], pa.Table]


def main() -> int:
    records, bootstrap_servers, topic, lake, group, per_file, *properties = sys.argv[1:]
    settings = dict(one.split("=", 1) for one in properties)
    Path(lake).mkdir(parents=True, exist_ok=True)
    pa.set_cpu_count(1)
    reading = (bootstrap_servers, group, settings, topic, lake, int(per_file), records)
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=deliver, args=(worker, *reading)) for worker in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return int(any(worker.exitcode for worker in workers))


def consumer(bootstrap_servers: str, group: str, settings: dict[str, str]) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": bootstrap_servers,
            "group.id": group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            "fetch.min.bytes": 1 << 20,
            "fetch.wait.max.ms": 100,
            "max.partition.fetch.bytes": 8 << 20,
            **settings,
        }
    )


def deliver(
    worker: int,
    bootstrap_servers: str,
    group: str,
    settings: dict[str, str],
    topic: str,
    lake: str,
    per_file: int,
    records: str,
) -> None:
    """Every second partition, one behind the other."""
    read = datums() if records == "avro" else documents(COLUMNS[records])
    reader = consumer(bootstrap_servers, group, settings)
    partitions = sorted(reader.list_topics(topic, 30).topics[topic].partitions)
    for partition in partitions[worker::PROCESSES]:
        place = TopicPartition(topic, partition)
        low, end = reader.get_watermark_offsets(place, 30)
        at = max(low, committed(reader, place))
        reader.assign([TopicPartition(topic, partition, at)])
        held: list[Message] = []
        while at < end:
            held += reader.consume(min(BLOCK, per_file - len(held)), 0.05)
            # Of a transaction's last marker only the position tells.
            at = max(at, reader.position([place])[0].offset)
            if held and (len(held) == per_file or at >= end):
                write(reader, partition, lake, held, read)
                held = []
    reader.close()


def committed(reader: Consumer, place: TopicPartition) -> int:
    """A new broker makes the topic of its groups' offsets first."""
    for _ in range(40):
        try:
            return int(reader.committed([place], 10)[0].offset)
        except KafkaException:
            time.sleep(0.25)
    return int(reader.committed([place], 10)[0].offset)


def documents(columns: pa.Schema) -> Read:
    parsing = pj.ParseOptions(explicit_schema=columns, unexpected_field_behavior="error")

    def read(values: list[bytes]) -> pa.Table:
        return pj.read_json(io.BytesIO(b"\n".join(values)), read_options=READING, parse_options=parsing)

    return read


def datums() -> Read:
    import fastavro  # of Avro alone

    schema = fastavro.parse_schema(SCHEMA)

    def read(values: list[bytes]) -> pa.Table:
        found = [fastavro.schemaless_reader(io.BytesIO(value[FRAME:]), schema) for value in values]
        return pa.Table.from_pylist(found, COLUMNS["avro"])

    return read


def write(reader: Consumer, partition: int, lake: str, messages: list[Message], read: Read) -> None:
    rows = read([message.value() for message in messages])  # type: ignore[misc]  # none is a tombstone
    offsets: list[int] = [message.offset() for message in messages]  # type: ignore[misc]
    stamps = pa.array([message.timestamp()[1] for message in messages], pa.timestamp("ms", "UTC"))
    rows = rows.append_column("kafka_partition", pa.repeat(pa.scalar(partition, pa.int32()), len(messages)))
    rows = rows.append_column("kafka_offset", pa.array(offsets, pa.int64()))
    rows = rows.append_column("kafka_timestamp", stamps)
    path = Path(lake, f"{partition}-{offsets[0]:012d}.parquet")
    unnamed = path.with_suffix(".tmp")
    pq.write_table(rows, unnamed, compression="zstd")
    unnamed.rename(path)
    done = TopicPartition(messages[0].topic() or "", partition, offsets[-1] + 1)
    reader.commit(offsets=[done], asynchronous=False)


if __name__ == "__main__":
    sys.exit(main())
