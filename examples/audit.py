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
import pyarrow as pa
import pyarrow.parquet as pq

READER = {"group.id": "audit", "isolation.level": "read_committed", "auto.offset.reset": "error"}
COUNTS = ("rows", "dead", "skipped", "empty", "tombstones")
TERMS = ("contract", "schemas", "accept_dead")
YEARS = (-62_135_596_800_000, 253_402_300_799_999)


def audit(folder: Path, brokers: str, topic: str, *flags: str) -> Iterator[str]:
    bodies = {path.name: path.read_bytes() for path in folder.glob("_waybill/0*.json")}
    entries = {name: entry for name, body in bodies.items() if isinstance(entry := json_of(body), dict)}
    for name, entry in entries.items():
        if isinstance(entry.get("format"), int) and entry["format"] > 3:
            sys.exit(f"{name} is of format {entry['format']}: this reader knows 1 to 3")
    hints = [json_of(path.read_bytes()).get("number", 0) for path in folder.glob("_waybill/latest.json")]
    last = max([0, *hints, *(int(name[:20]) for name in bodies if "receipt" in name)])
    yield from audit_ledger(bodies, entries, last)
    receipts = [entries.get(f"{n:020d}.receipt.json", {}) for n in range(1, min(last, len(bodies)) + 1)]
    stored = {path: sha256(path.read_bytes()).hexdigest() for path in folder.glob("d*/**/*.parquet")}
    rows, raw = dict[Any, Any](), dict[str, Any]()
    for receipt, split in [(one, split) for one in receipts for split in one.get("splits", [])]:
        for one in objects(split):
            if stored.pop(folder / one["key"], None) != one["sha256"]:
                yield f"{one['key']}: not there, or altered"
                continue
            raw[one["key"]] = [receipt["format"], one, 0, 0]
            yield from load(folder / one["key"], one, split, rows)
    opened = [json_of(path.read_bytes()) for path in sorted(folder.glob("_waybill/*.manifest.json"))[last:]]
    names = [f"-{s['partition']}-{s['start']:020d}-{s['end']:020d}" for m in opened for s in m["splits"]]
    yield from (f"{path}: in no receipt" for path in stored if not path.stem.endswith(tuple(names)))
    begin = entries.get(f"{1:020d}.manifest.json", {}).get("before", {})
    until: Any = (
        None if "--complete" in flags else next((one.get("frontier", {}) for one in receipts[::-1]), {})
    )
    yield from audit_topic(brokers, topic, rows, raw, begin, until)
    for key, (_, one, count, size) in raw.items():
        if count == one["rows"] and one.get("raw_bytes", size) != size:
            yield f"{key}: its records have {size} raw bytes in Kafka, not {one['raw_bytes']}"


def audit_ledger(bodies: dict[str, bytes], entries: dict[str, Any], last: int) -> Iterator[str]:
    previous, newest, manifest, origin, recent = None, 1, dict[str, Any](), None, dict[str, Any]()
    for n, kind in [
        (n, kind) for n in range(1, min(last, len(bodies) + 1) + 1) for kind in ("manifest", "receipt")
    ]:
        name = f"{n:020d}.{kind}.json"
        entry = entries.get(name, {})
        splits, number = entry.get("splits", []), entry.get("format", 0)
        link = entry.get("manifest_sha256", entry.get("previous_receipt", ""))
        right = [
            link == previous,
            number >= newest,
            entry.get("frontier") == (manifest.get("after") if manifest else None),
        ]
        previous, newest = sha256(bodies.get(name, b"")).hexdigest(), 3 if number == 3 else newest
        if kind == "receipt":
            right += [(number == 3) == (manifest.get("format") == 3), *(sound(split) for split in splits)]
            right += [entry[what] == sum(one[what] for one in splits) for what in COUNTS if what in entry]
        elif number == 3:
            origin = origin or entry["before"]
            right.append(
                {p: o for p, o in entry["origin"].items() if o} == {p: o for p, o in origin.items() if o}
            )
        if kind == "receipt" and number == 3:
            right += [entry[what] == manifest.get(what) for what in TERMS]
            recent = recent if recent and recent["records"] < 1000 else {"records": 0, "dead": 0}
            own = {"records": entry["rows"] + entry["dead"], "dead": entry["dead"]}
            right.append(entry["recent"] == {what: recent[what] + own[what] for what in own})
            recent = {} if entry["accept_dead"] else entry["recent"]
        if not all(right):
            yield f"{name}: not there, not JSON, does not follow the entry before it, or does not add up"
        manifest, origin = (entry if kind == "manifest" else {}), origin or entry.get("before")


def sound(split: Any) -> bool:
    """Its counts make its length, and what format 3 says of objects is within it."""
    length = sum(split.get(what, 0) for what in (*COUNTS[:4], "lost"))
    found = [one for one in objects(split) if "raw_bytes" in one]
    dates = all(
        one["partition"] == [p[5:] for p in one["key"].split("/") if p[:5] == "date="] for one in found
    )
    raw = split.get("raw_bytes", 0) == sum(one["raw_bytes"] for one in found) or split["skipped"] > 0
    return length == split["end"] - split["start"] and dates and raw


def objects(split: Any) -> list[Any]:
    return [one for one in [*split.get("data", []), split.get("dead_letters")] if one]


def load(path: Path, one: Any, split: Any, rows: Any) -> Iterator[str]:
    table = pq.ParquetFile(path).read()
    times = pa.chunked_array(table["kafka_timestamp"]).cast(pa.int64()).to_pylist()
    found = table.drop_columns("kafka_timestamp").to_pylist()
    offsets = [row["kafka_offset"] for row in found]
    made = [pa.scalar(row["produced_at"], pa.timestamp("us")).value for row in found if "produced_at" in row]
    said = (
        {"first": min(offsets), "last": max(offsets)},
        {"min": min(made), "max": max(made)} if made else None,
    )
    if "offsets" in one and said != (one["offsets"], one["time"]):
        yield f"{one['key']}: its rows are of {said}, which its receipt does not say"
    for row, time in zip(found, times, strict=True):
        p, offset = place = row.pop("kafka_partition"), row.pop("kafka_offset")
        if place in rows or p != split["partition"] or not split["start"] <= offset < split["end"]:
            yield f"{one['key']}: its row of partition {p} offset {offset} does not belong here"
        rows[place] = one["key"], row | {n: f"{row[n]:%FT%T.%fZ}" for n in row if n == "produced_at"}, time


def audit_topic(brokers: str, topic: str, rows: Any, raw: Any, begin: Any, until: Any) -> Iterator[str]:
    consumer: Any = kafka.Consumer(READER | {"bootstrap.servers": brokers, "enable.partition.eof": True})
    for p in consumer.list_topics(topic, timeout=30).topics[topic].partitions:
        low, high = begin.get(str(p), 0), 1 << 63 if until is None else until.get(str(p), 0)
        consumer.assign([kafka.TopicPartition(topic, p, kafka.OFFSET_BEGINNING)])
        while (message := consumer.poll(30)).error() is None:
            place = p, message.offset()
            key, row, time = rows.pop(place, ("no object", {}, None))
            if not is_record(message, row, time, raw[key][0]) if row else low <= place[1] < high:
                yield f"{key}: partition {p} offset {place[1]} is not as in Kafka"
            if row:
                raw[key][2] += 1
                raw[key][3] += len(message.key() or b"") + len(message.value() or b"")
        assert message.error().name() == "_PARTITION_EOF", message.error()  # noqa: S101
        start = consumer.get_watermark_offsets(kafka.TopicPartition(topic, p), timeout=30)[0]
        rows = {place: row for place, row in rows.items() if place[0] != p or place[1] >= start}
    yield from (f"{key}: Kafka has no record at {place}" for place, (key, *_) in rows.items())


def is_record(message: Any, row: Any, time: int | None, number: int) -> bool:
    value, ms = message.value(), message.timestamp()[1]
    year = YEARS[0] <= ms <= YEARS[1]
    if "reason" not in row:
        at = None if number == 3 and ms == -1 else ms * 1000
        return (year or number < 3) and time == at and row == json_of(value and value[5 * (value[0] == 0) :])
    at = None if (number == 3 and (ms == -1 or not year)) or abs(ms) > 2**63 // 1000 else ms * 1000
    stamp = time == at and row.get("kafka_timestamp_ms") == (ms if at is None else None)
    reason = number < 3 or (row["reason"] == "bad_timestamp") == (not year)
    names = [one["name"] for one in row["headers"]]
    shown = row.get("header_names") and [name.decode(errors="replace") for name in row["header_names"]]
    try:  # confluent-kafka can't tell names that are no UTF-8
        headers = [
            pair == (one["name"], one["value"])
            for pair, one in zip(message.headers() or [], row["headers"], strict=True)
        ]
        headers.append(shown is None)
    except SystemError:
        headers = [shown == names]
    except ValueError:
        headers = [False]
    return stamp and reason and all(headers) and (row["key"], row["value"]) == (message.key(), value)


def json_of(body: bytes | None) -> Any:
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}


if __name__ == "__main__":
    sys.exit("\n".join(audit(Path(sys.argv[1]), *sys.argv[2:])) or 0)
