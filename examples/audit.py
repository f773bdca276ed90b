"""Is every record of a Kafka topic in its lake, once and unaltered? Written from docs/format.md alone.

    python examples/audit.py LAKE/names BROKER:PORT names_topic [--complete]

Says what is wrong and ends with 1, or with 0. It holds the stream's rows in memory; `waybill verify` does not.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import confluent_kafka as kafka
import pyarrow.parquet as pq

READER = {"group.id": "audit", "isolation.level": "read_committed", "auto.offset.reset": "error"}


def audit(folder: Path, brokers: str, topic: str, *flags: str) -> Iterator[str]:
    hints = [json_of(path.read_bytes()).get("number", 0) for path in folder.glob("_waybill/latest.json")]
    bodies = {path.name: path.read_bytes() for path in folder.glob("_waybill/0*.json")}
    last = max([0, *hints, *(int(name[:20]) for name in bodies if "receipt" in name)])
    rows, frontier, reports, previous = dict[Any, Any](), dict[str, int](), list[Any](), None
    for name in [f"{n:020d}.{kind}.json" for n in range(1, last + 1) for kind in ("manifest", "receipt")]:
        entry = json_of(bodies.get(name))
        link = entry.get("manifest_sha256", entry.get("previous_receipt", ""))
        splits, frontier = entry.get("splits", []), entry.get("after", frontier)
        sums = {what: sum(split.get(what, 0) for split in splits) for what in ("rows", "dead", "empty")}
        if link != previous or sums | entry != entry | sums or entry.get("frontier", frontier) != frontier:
            yield f"{name}: not there, not JSON, does not follow the entry before it, or does not add up"
        reports += [split for split in splits if "data" in split]
        previous = sha256(bodies.get(name, b"")).hexdigest()

    stored = {path: sha256(path.read_bytes()).hexdigest() for path in folder.glob("d*/**/*.parquet")}
    for one, split in [(one, s) for s in reports for one in [*s["data"], s["dead_letters"]] if one]:
        if stored.pop(folder / one["key"], None) != one["sha256"]:
            yield f"{one['key']}: not there, or altered"
            continue
        for row in pq.ParquetFile(folder / one["key"]).read().drop_columns("kafka_timestamp").to_pylist():
            p, offset = place = row.pop("kafka_partition"), row.pop("kafka_offset")
            if place in rows or p != split["partition"] or not split["start"] <= offset < split["end"]:
                yield f"{one['key']}: its row of partition {p} offset {offset} does not belong here"
            rows[place] = one["key"], row | {n: f"{row[n]:%FT%T.%fZ}" for n in row if n == "produced_at"}
    opened = [json_of(path.read_bytes()) for path in sorted(folder.glob("_waybill/*.manifest.json"))[last:]]
    names = [f"-{s['partition']}-{s['start']:020d}-{s['end']:020d}" for m in opened for s in m["splits"]]
    yield from (f"{path}: in no receipt" for path in stored if not path.stem.endswith(tuple(names)))
    begin = json_of(bodies.get(f"{1:020d}.manifest.json")).get("before", {})
    yield from audit_topic(brokers, topic, rows, begin, None if "--complete" in flags else frontier)


def audit_topic(brokers: str, topic: str, rows: Any, begin: Any, until: Any) -> Iterator[str]:
    consumer: Any = kafka.Consumer(READER | {"bootstrap.servers": brokers, "enable.partition.eof": True})
    for p in consumer.list_topics(topic, timeout=30).topics[topic].partitions:
        low, high = begin.get(str(p), 0), 1 << 63 if until is None else until.get(str(p), 0)
        consumer.assign([kafka.TopicPartition(topic, p, kafka.OFFSET_BEGINNING)])
        while (message := consumer.poll(30)).error() is None:
            (key, row), raw = rows.pop((p, message.offset()), ("no object", {})), message.value()
            told = json_of(raw and raw[5 * (raw[0] == 0) :]), row | {"key": message.key(), "value": raw}
            if row not in told if row else low <= message.offset() < high:
                yield f"{key}: partition {p} offset {message.offset()} is not as in Kafka"
        assert message.error().name() == "_PARTITION_EOF", message.error()  # noqa: S101
        start = consumer.get_watermark_offsets(kafka.TopicPartition(topic, p), timeout=30)[0]
        rows = {place: row for place, row in rows.items() if place[0] != p or place[1] >= start}
    yield from (f"{key}: Kafka has no record at {place}" for place, (key, _) in rows.items())


def json_of(body: bytes | None) -> Any:
    try:
        return json.loads(body or b"{}")
    except ValueError:
        return {}


if __name__ == "__main__":
    sys.exit("\n".join(audit(Path(sys.argv[1]), *sys.argv[2:])) or 0)
