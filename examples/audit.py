"""Is every record of a Kafka topic in its lake, once and unaltered? Written from docs/format.md alone.

    python examples/audit.py LAKE/names BROKER:PORT names_topic [--complete]

Prints each culprit and ends with 1, or with 0. It holds the stream's rows in memory; `waybill verify` does not.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from confluent_kafka import Consumer
from confluent_kafka import TopicPartition

Facts = dict[Any, Any]
READER = {"group.id": "audit", "isolation.level": "read_committed", "auto.offset.reset": "error"}


def audit_ledger(folder: Path, listed: Facts, claimed: set[Any], frontier: Facts) -> Iterator[str]:
    entries = {path.name: path.read_bytes() for path in folder.glob("*.json")}
    hint = json.loads(entries.pop("latest.json", b'{"number": 0}'))["number"]
    last = max([hint, *(int(name[:20]) for name in entries if "receipt" in name)])
    for number in range(1, max([last, *(int(name[:20]) for name in entries)]) + 1):
        names = [f"{number:020d}.{kind}.json" for kind in ("manifest", "receipt")]
        manifest, receipt = (json_of(entries.get(name)) for name in names)
        before = entries.get(f"{number - 1:020d}.receipt.json")
        if number > last and manifest:
            claimed |= {(s["partition"], s["start"], s["end"]) for s in manifest["splits"]}
        elif not manifest or not receipt:
            yield f"{names[1] if manifest else names[0]}: not there, or not JSON"
        else:
            sums = {what: sum(s[what] for s in receipt["splits"]) for what in ("rows", "dead", "empty")}
            if manifest["previous_receipt"] != sha256(before):
                yield f"{names[0]}: does not follow receipt {number - 1}"
            if receipt["manifest_sha256"] != sha256(entries[names[0]]):
                yield f"{names[1]}: does not answer {names[0]}"
            if not sums.items() <= receipt.items() or receipt["frontier"] != manifest["after"]:
                yield f"{names[1]}: does not add up"
            for split in receipt["splits"]:
                listed |= {
                    one["key"]: one["sha256"] for one in [*split["data"], split["dead_letters"]] if one
                }
            frontier |= {int(partition): offset for partition, offset in receipt["frontier"].items()}


def audit_objects(lake: Path, listed: Facts, claimed: set[Any], rows: Facts) -> Iterator[str]:
    stored = {str(path.relative_to(lake)): path for path in sorted(lake.glob("d*/**/*.parquet"))}
    yield from (f"{key}: not there" for key in sorted(listed.keys() - stored.keys()))
    for key, path in stored.items():
        partition, start, end = (int(part) for part in path.stem.rsplit("-", 3)[1:])
        if listed.get(key) != sha256(path.read_bytes()):
            if key in listed or (partition, start, end) not in claimed:
                yield f"{key}: altered, or in no receipt"
            continue
        for row in pq.ParquetFile(path).read().to_pylist():
            place = row["kafka_partition"], row["kafka_offset"]
            if place in rows or place[0] != partition or not start <= place[1] < end:
                yield f"{key}: its row of partition {place[0]} offset {place[1]} does not belong here"
            rows[place] = key, row


def audit_topic(brokers: str, topic: str, frontier: Facts, rows: Facts, *, complete: bool) -> Iterator[str]:
    consumer = Consumer(READER | {"bootstrap.servers": brokers, "enable.partition.eof": True})
    for p in consumer.list_topics(topic, timeout=30).topics[topic].partitions:
        low, high = consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=30)
        at, until = low, high if complete else min(high, frontier.get(p, 0))
        for place in [place for place in rows if place[0] == p and place[1] < low]:
            del rows[place]  # Kafka has dropped the record: the receipts are all there is
        consumer.assign([TopicPartition(topic, p, low)])
        while at < until:
            message: Any = consumer.poll(30)
            if message.partition() != p:
                continue
            at = message.offset() + (message.error() is None)
            if message.error() is None and message.offset() < until:
                key, row = rows.pop((p, message.offset()), (f"{topic} has a record without a row:", {}))
                if not is_record(row, message.key(), message.value()):
                    yield f"{key} partition {p} offset {message.offset()} is not as in Kafka"
    consumer.close()
    yield from (f"{key}: Kafka has no record at {place}" for place, (key, _) in rows.items())


def is_record(row: Facts, key: bytes | None, value: bytes | None) -> bool:
    fields = {name: field for name, field in row.items() if not name.startswith("kafka_")}
    if "produced_at" in fields:
        fields["produced_at"] = (
            fields["produced_at"].isoformat(timespec="microseconds").replace("+00:00", "Z")
        )
        return bool(fields == json_of(value))
    return "reason" in row and (row["key"], row["value"]) == (key, value)


def json_of(body: bytes | None) -> Any:
    try:
        return json.loads(body or b"null")
    except ValueError:
        return None


def sha256(body: bytes | None) -> str | None:
    return hashlib.sha256(body).hexdigest() if body else None


def main(folder: str, brokers: str, topic: str, *flags: str) -> int:
    listed, claimed, frontier, rows = Facts(), set[Any](), Facts(), Facts()
    found = list(audit_ledger(Path(folder) / "_waybill", listed, claimed, frontier))
    found += audit_objects(Path(folder), listed, claimed, rows)
    found += audit_topic(brokers, topic, frontier, rows, complete="--complete" in flags)
    print("\n".join([*found, "not ok" if found else "ok"]))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
