"""Is every record of a Kafka topic in its lake, once and unaltered? Written from docs/format.md alone.

    python examples/audit.py LAKE/names BROKER:PORT names_topic [--complete]

Says what is wrong and ends with 1, or with 0. It goes through the four steps of ``audit`` in order: the ledger, the
objects that its receipts list, the topic, and what only objects and topic together can tell. It holds the stream's rows
in memory; `waybill verify` does not.

It judges no record. What rows hold it compares for ``names``, and for contracts of plain JSON whose columns are texts,
whole numbers, doubles and truths under their own names; of others it says that it compares coordinates, timestamps and
dead letters alone.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import confluent_kafka as kafka
import pyarrow as pa
import pyarrow.parquet as pq

Json = dict[str, Any]
Place = tuple[int, int]
"""Partition and offset."""

COUNTS = ("rows", "dead", "skipped", "empty", "tombstones")
TERMS = ("contract", "accept_dead")
"""What a receipt of format 3 repeats of its manifest."""
ALL_OFFSETS = 1 << 63
LEADER_MOVES = ("NOT_LEADER_FOR_PARTITION", "LEADER_NOT_AVAILABLE", "_TRANSPORT", "_TIMED_OUT")
DAY = 86_400_000_000
"""In microseconds."""
FLAT_TYPES = {"string": str, "long": int, "double": int | float, "boolean": bool}
YEARS_1_TO_9999 = range(-62_135_596_800_000, 253_402_300_800_000)
"""In milliseconds: what a timestamp column can hold."""


@dataclass
class StoredObject:
    """An object that a receipt of this ``format`` lists as ``entry``, and what Kafka turned out to have of it. The
    ``contract`` is that of its commit, as a document: empty in what was written before there were any, None where it is
    not as it was."""

    format: int
    entry: Json
    contract: Json | None
    records: int = 0
    raw_bytes: int = 0


@dataclass(frozen=True)
class StoredRow:
    """A row or a dead letter: its columns but for coordinates and timestamp, which is in microseconds. None of a row
    whose contract is not read here."""

    object: StoredObject
    columns: Json | None
    timestamp: int | None


def audit(folder: Path, brokers: str, topic: str, *flags: str) -> Iterator[str]:
    ledger = read_ledger(folder)
    yield from ledger.findings()

    objects: dict[str, StoredObject] = {}
    rows: dict[Place, StoredRow] = {}
    yield from read_objects(folder, ledger, objects, rows)

    frontier = ledger.receipt(ledger.last).get("frontier", {}) if "--complete" not in flags else None
    skips = [
        Skips(split["partition"], split["start"], split["end"], split["skipped"], bytes_left(split))
        for receipt in map(ledger.receipt, ledger.commits())
        for split in receipt.get("splits", [])
        if split.get("skipped", 0)
    ]
    origin = ledger.manifest(1).get("before", {})
    if begins := ", ".join(f"{p}:{offset}" for p, offset in sorted(without_zeros(origin).items())):
        sys.stderr.write(
            shown(f"the dataset begins at {begins}") + ": what lies before that is not compared\n"
        )
    yield from compare(brokers, topic, rows, origin, frontier, skips)

    for key, one in objects.items():
        expected = one.entry.get("raw_bytes", one.raw_bytes)
        if one.records == one.entry["rows"] and one.raw_bytes != expected:
            yield f"{key}: its records have {one.raw_bytes} raw bytes in Kafka, not {expected}"


# The ledger: a chain of manifests and receipts, each of which names the sha256 of the one before.


@dataclass(frozen=True)
class Ledger:
    """``last`` is the highest commit that has, or once had, a receipt; ``contracts`` are documents by name."""

    bodies: dict[str, bytes]
    last: int
    contracts: dict[str, bytes]

    def manifest(self, number: int) -> Json:
        return json_object(self.bodies.get(f"{number:020d}.manifest.json"))

    def receipt(self, number: int) -> Json:
        return json_object(self.bodies.get(f"{number:020d}.receipt.json"))

    def sha256(self, number: int, kind: str) -> str:
        return sha256(self.bodies.get(f"{number:020d}.{kind}.json", b"")).hexdigest()

    def commits(self) -> range:
        """Those that are closed. What ``latest.json`` names may be far beyond what there is."""
        return range(1, min(self.last, len(self.bodies) + 1) + 1)

    def documents(self) -> set[str]:
        """Of the contracts that manifests name."""
        manifests = (json_object(body) for name, body in self.bodies.items() if ".manifest." in name)
        named = (one["contract"].get("document") for one in manifests if one.get("format") == 3)
        return {document for document in named if document is not None}

    def contract(self, entry: Json) -> Json | None:
        named = entry.get("contract", {}).get("document")
        body = self.contracts.get(named, b"")
        return {} if named is None else json_object(body) if sha256(body).hexdigest() == named else None

    def open_splits(self) -> Iterator[Json]:
        for name in self.bodies:
            if name.endswith(".manifest.json") and int(name[:20]) > self.last:
                yield from self.manifest(int(name[:20])).get("splits", [])

    def findings(self) -> Iterator[str]:
        chain = Chain()
        for number in self.commits():
            manifest, receipt = self.manifest(number), self.receipt(number)
            is_right = {"manifest": chain.takes_manifest(manifest)}
            chain.sha256 = self.sha256(number, "manifest")
            schemas = self.bodies.get(f"{number:020d}.schemas.json", b"")
            is_right["receipt"] = chain.takes_receipt(receipt, manifest, schemas)
            chain.sha256 = self.sha256(number, "receipt")
            for kind in is_right:
                if not is_right[kind]:
                    yield (
                        f"{number:020d}.{kind}.json: not there, not JSON, does not follow the entry before it, "
                        "or does not add up"
                    )
        for document in sorted(self.documents()):
            if sha256(self.contracts.get(document, b"")).hexdigest() != document:
                yield f"contracts/{document}.json: not there, or its bytes are others than its name says"


def shown(told: str) -> str:
    """For a terminal: whoever can write to the lake chooses the names of objects."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in told)


def read_ledger(folder: Path) -> Ledger:
    hint = folder / "_waybill" / "latest.json"
    named = json_object(hint.read_bytes()).get("number", 0) if hint.exists() else 0
    bodies = {path.name: path.read_bytes() for path in sorted(folder.glob("_waybill/0*.json"))}
    for name, body in bodies.items():
        number = json_object(body).get("format")
        if isinstance(number, int) and number > 3:
            sys.exit(f"{name} is of format {number}: this reader knows 1 to 3")
    contracts = {path.stem: path.read_bytes() for path in folder.glob("_waybill/contracts/*.json")}
    receipts = [int(name[:20]) for name in bodies if name.endswith(".receipt.json")]
    ledger = Ledger(bodies, max([0, named, *receipts]), contracts)
    for document in sorted(ledger.documents()):
        contract = ledger.contract({"contract": {"document": document}}) or {}
        language, values = contract.get("contract", 1), contract.get("value", {}).get("format", "json")
        is_known = values in ("json", "text", "binary") or (
            values == "avro" and ("schema" in contract["value"] or "frame" in contract["value"])
        )
        if language != 1 or not is_known:
            sys.exit(
                shown(f"contract {document} is of language {language} and {values} values: not known here")
            )
        if contract and not is_read(contract):
            sys.stderr.write(f"contract {document}: the contents of its rows are not compared\n")
    return ledger


def knows_schemas(receipt: Json, manifest: Json, body: bytes) -> bool:
    """A receipt has its manifest's schemas of writers, and those of the commit's object that it follows."""
    known = dict(manifest.get("schemas", {}))
    if receipt["schemas_sha256"] is not None:
        if receipt["schemas_sha256"] != sha256(body).hexdigest():
            return False
        added = json_object(body).get("schemas", {})
        known = {name: of for name, of in added.items() if of is not None} | known
    return bool(receipt["schemas"] == known)


@dataclass
class Chain:
    """What the next entry has to go on from."""

    sha256: str | None = None
    format: int = 1
    origin: Json | None = None
    recent: Json = field(default_factory=dict)
    contract: Json = field(default_factory=dict)

    def takes_manifest(self, manifest: Json) -> bool:
        is_right = self._takes_format(manifest) and manifest.get("previous_receipt", "") == self.sha256
        self.origin = self.origin or manifest.get("before")
        if manifest.get("format") == 3:
            is_right &= without_zeros(manifest["origin"]) == without_zeros(self.origin or {})
            contract = manifest["contract"]
            is_right &= (
                contract["document"] is None or contract["fingerprint"] == f"sha256:{contract['document']}"
            )
        return is_right

    def takes_receipt(self, receipt: Json, manifest: Json, schemas: bytes) -> bool:
        splits = receipt.get("splits", [])
        is_right = (
            self._takes_format(receipt)
            and receipt.get("manifest_sha256", "") == self.sha256
            and receipt.get("frontier") == manifest.get("after")
            and (receipt.get("format") == 3) == (manifest.get("format") == 3)
            and all(adds_up(split) for split in splits)
            and all(receipt[name] == sum(one[name] for one in splits) for name in COUNTS if name in receipt)
        )
        if receipt.get("format") == 3:
            is_right &= all(receipt[name] == manifest.get(name) for name in TERMS)
            is_right &= knows_schemas(receipt, manifest, schemas)
            self.recent = self.recent if receipt["contract"] == self.contract else {}
            self.contract = receipt["contract"]
            is_right &= receipt["recent"] == self._recent_with(receipt)
            self.recent = {} if receipt["accept_dead"] else receipt["recent"]
        return is_right

    def _takes_format(self, entry: Json) -> bool:
        number = entry.get("format", 0)
        is_right = bool(number >= self.format)
        self.format = 3 if number == 3 else self.format
        return is_right

    def _recent_with(self, receipt: Json) -> Json:
        """Records and dead letters of the last commits; counted anew once they are 1,000 records."""
        counted = self.recent if self.recent and self.recent["records"] < 1000 else {"records": 0, "dead": 0}
        return {
            "records": counted["records"] + receipt["rows"] + receipt["dead"],
            "dead": counted["dead"] + receipt["dead"],
        }


def adds_up(split: Json) -> bool:
    """Its counts make its length; what format 3 says of objects fits to their keys and to the split."""
    objects = [one for one in objects_of(split) if "raw_bytes" in one]
    length = sum(split.get(name, 0) for name in ("rows", "dead", "skipped", "empty", "lost"))
    raw_bytes = sum(one["raw_bytes"] for one in objects)
    return (
        length == split["end"] - split["start"]
        and all(one["partition"] == values_in(one["key"]) for one in objects)
        and (split.get("raw_bytes", 0) == raw_bytes or split["skipped"] > 0)
    )


def bytes_left(split: Json) -> int:
    """Of records in no object."""
    left: int = split["raw_bytes"] - sum(one["raw_bytes"] for one in objects_of(split))
    return left


def objects_of(split: Json) -> list[Json]:
    return [one for one in (*split.get("data", []), split.get("dead_letters")) if one]


def values_in(key: str) -> list[str]:
    """What an object's folders stand for: some characters stand there as %XX."""
    values = [folder.split("=", 1)[1] for folder in key.split("/")[:-1] if "=" in folder]
    return [re.sub("%([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), one) for one in values]


def without_zeros(offsets: Json) -> Json:
    """A partition that came later begins at 0, which says nothing."""
    return {partition: offset for partition, offset in offsets.items() if offset}


# The objects: every one that a receipt lists is there as listed, and no other one is.


def read_objects(
    folder: Path, ledger: Ledger, objects: dict[str, StoredObject], rows: dict[Place, StoredRow]
) -> Iterator[str]:
    """Fills ``objects`` and ``rows``."""
    paths = [*folder.glob("data/**/*.parquet"), *folder.glob("dead_letters/**/*.parquet")]
    unlisted = {path: sha256(path.read_bytes()).hexdigest() for path in paths}
    for receipt in map(ledger.receipt, ledger.commits()):
        for split in receipt.get("splits", []):
            for entry in objects_of(split):
                path = folder / entry["key"]
                if unlisted.pop(path, None) == entry["sha256"]:
                    objects[entry["key"]] = StoredObject(receipt["format"], entry, ledger.contract(receipt))
                    yield from read_object(path, objects[entry["key"]], split, rows)
                else:
                    yield f"{entry['key']}: not there, or altered"
    in_flight = tuple(
        f"-{split['partition']}-{split['start']:020d}-{split['end']:020d}" for split in ledger.open_splits()
    )
    yield from (f"{path}: in no receipt" for path in unlisted if not path.stem.endswith(in_flight))


def read_object(path: Path, one: StoredObject, split: Json, rows: dict[Place, StoredRow]) -> Iterator[str]:
    key, table = one.entry["key"], pq.ParquetFile(path).read()
    timestamps, is_dead = microseconds(table, "kafka_timestamp"), "reason" in table.column_names
    offsets = table["kafka_offset"].to_pylist()
    holds: Json = {"offsets": {"first": min(offsets), "last": max(offsets)}}
    if one.contract is not None:
        time_of_rows = None if is_dead else (one.contract or {"time": "produced_at"}).get("time")
        times = [] if time_of_rows is None else microseconds(table, time_of_rows)
        known = [moment for moment in times if moment is not None]
        holds["time"] = {"min": min(known), "max": max(known)} if known else None
    if "offsets" in one.entry and holds != {name: one.entry[name] for name in holds}:
        yield f"{key}: its rows are of {holds}, which its receipt does not say"
    if offsets != sorted(offsets):
        yield f"{key}: its rows are not in the order of their offsets"
    has_contents = is_dead or is_read(one.contract)
    table = table if has_contents else table.select(["kafka_partition", "kafka_offset", "kafka_timestamp"])
    for columns, timestamp in zip(table.drop_columns("kafka_timestamp").to_pylist(), timestamps, strict=True):
        place = partition, offset = columns.pop("kafka_partition"), columns.pop("kafka_offset")
        is_of_split = partition == split["partition"] and split["start"] <= offset < split["end"]
        if place in rows or not is_of_split:
            yield f"{key}: its row of partition {partition} offset {offset} does not belong here"
        if "produced_at" in columns:
            columns["produced_at"] = f"{columns['produced_at']:%FT%T.%fZ}"
        rows[place] = StoredRow(one, columns if has_contents else None, timestamp)


def microseconds(table: pa.Table, name: str) -> list[Any]:
    """Of an instant, or of a day's midnight."""
    column = pa.chunked_array(table[name])
    if not pa.types.is_date(column.type):
        return list(column.cast(pa.int64()).to_pylist())
    return [day if day is None else day * DAY for day in column.cast(pa.int32()).to_pylist()]


def is_read(contract: Json | None) -> bool:
    """Whether rows of the contract can be compared by their columns: those of ``names``, and of flat plain JSON."""
    if not contract:
        return contract is not None
    types = [one["type"] for one in contract["schema"]["fields"]]
    is_plain = contract["value"] == {"format": "json"} and not {"key", "select"} & contract.keys()
    is_alone = not contract["headers"] and contract["extra"] != "keep" and contract["tombstones"] == "dead"
    is_flat = all(isinstance(one, str) and one in FLAT_TYPES for one in types)
    is_itself = not any({"wire", "from", "as"} & said.keys() for said in contract["fields"].values())
    return "legacy" in contract or (is_plain and is_alone and is_flat and is_itself)


# The topic: every committed record up to the frontier is stored as it is, and nothing else is.


@dataclass
class Skips:
    """A split of which ``left`` records with so many ``raw_bytes`` are in no object, by its contract's ``select``."""

    partition: int
    start: int
    end: int
    left: int
    raw_bytes: int

    def takes(self, place: Place, size: int) -> bool:
        if self.partition != place[0] or not self.start <= place[1] < self.end:
            return False
        self.left -= 1
        self.raw_bytes -= size
        return self.left >= 0


def compare(
    brokers: str,
    topic: str,
    rows: dict[Place, StoredRow],
    origin: Json,
    frontier: Json | None,
    skips: list[Skips],
) -> Iterator[str]:
    """Takes from ``rows`` what is in Kafka. Without a ``frontier`` every record has to be stored, or skipped."""
    consumer: Any = kafka.Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": "audit",
            "isolation.level": "read_committed",
            "auto.offset.reset": "error",
            "enable.partition.eof": True,
        }
    )
    for partition in consumer.list_topics(topic, timeout=30).topics[topic].partitions:
        begin = origin.get(str(partition), 0)
        end = ALL_OFFSETS if frontier is None else frontier.get(str(partition), 0)
        consumer.assign([kafka.TopicPartition(topic, partition, kafka.OFFSET_BEGINNING)])
        while (message := consumer.poll(30)).error() is None:
            place = partition, message.offset()
            row = rows.pop(place, None)
            where = f"partition {partition} offset {message.offset()}"
            size = len(message.key() or b"") + len(message.value() or b"")
            if row is not None:
                row.object.records += 1
                row.object.raw_bytes += size
                if not is_as_stored(message, row):
                    yield f"{row.object.entry['key']}: {where} is not as in Kafka"
            elif begin <= message.offset() < end and not any(one.takes(place, size) for one in skips):
                yield f"no object: {where} is not as in Kafka"
        if message.error().name() != "_PARTITION_EOF":
            sys.exit(shown(f"partition {partition} can't be read to its end: {message.error()}"))
        first = log_start(consumer, kafka.TopicPartition(topic, partition))
        for place in [one for one in rows if one[0] == partition and one[1] < first]:
            del rows[place]  # Kafka no longer has it: the receipts are all there is
        for one in skips:
            if one.partition == partition and one.start >= first and (one.left > 0 or one.raw_bytes):
                yield f"partition {partition} [{one.start}, {one.end}): its skipped records are others in Kafka"
    consumer.close()
    for (partition, offset), row in rows.items():
        yield f"{row.object.entry['key']}: Kafka has no record at partition {partition} offset {offset}"


def log_start(consumer: Any, here: Any) -> int:
    """The first offset that Kafka still has. While the partition's leader moves, brokers don't know it: asked anew."""
    pauses = iter((0.1, 1, 5, 20))
    while True:
        try:
            return int(consumer.get_watermark_offsets(here, timeout=30)[0])
        except kafka.KafkaException as error:
            pause = next(pauses, None)
            if error.args[0].name() not in LEADER_MOVES or pause is None:
                sys.exit(shown(f"partition {here.partition} has no log start: {error}"))
        time.sleep(pause)


def is_as_stored(message: Any, row: StoredRow) -> bool:
    if row.object.entry["key"].startswith("dead_letters/"):
        return is_dead_letter(message, row)
    return has_timestamp(message, row) and (row.columns is None or has_columns(message, row))


def has_timestamp(message: Any, row: StoredRow) -> bool:
    """Format 3 has null for no timestamp, and rows of the years 1 to 9999 alone."""
    milliseconds, is_new = message.timestamp()[1], row.object.format == 3
    expected = None if is_new and milliseconds == -1 else milliseconds * 1000
    return (not is_new or milliseconds in YEARS_1_TO_9999) and row.timestamp == expected


def has_columns(message: Any, row: StoredRow) -> bool:
    """An event in JSON; of ``names`` maybe after a zero byte and four bytes of a schema's id."""
    value, contract = message.value() or b"", row.object.contract
    if not contract or "legacy" in contract:
        return row.columns == json_object(value[5:] if value[:1] == b"\0" else value)
    event = json_object(value)
    fields: Json = {one["name"]: FLAT_TYPES[one["type"]] for one in contract["schema"]["fields"]}
    return row.columns == {name: event.get(name) for name in fields} and all(
        event.get(name) is None
        or (isinstance(event[name], kind) and isinstance(event[name], bool) == (kind is bool))
        for name, kind in fields.items()
    )


def is_dead_letter(message: Any, row: StoredRow) -> bool:
    """The record's bytes, headers and timestamp, which is in ``kafka_timestamp_ms`` where its column can't hold it."""
    columns, milliseconds, is_new = row.columns or {}, message.timestamp()[1], row.object.format == 3
    is_nowhere = milliseconds == -1 or milliseconds not in YEARS_1_TO_9999
    no_column = (is_new and is_nowhere) or abs(milliseconds) > 2**63 // 1000
    return (
        row.timestamp == (None if no_column else milliseconds * 1000)
        and columns.get("kafka_timestamp_ms") == (milliseconds if no_column else None)
        and (not is_new or (columns["reason"] == "bad_timestamp") == (milliseconds not in YEARS_1_TO_9999))
        and has_headers(message, columns)
        and (columns["key"], columns["value"]) == (message.key(), message.value())
    )


def has_headers(message: Any, columns: Json) -> bool:
    """Names that are no UTF-8 are in ``header_names`` as bytes, and confluent-kafka can't tell them: it raises."""
    stored, raw_names = columns["headers"], columns.get("header_names")
    try:
        headers = message.headers() or []
    except SystemError:
        return raw_names is not None and [one["name"] for one in stored] == [
            name.decode(errors="replace") for name in raw_names
        ]
    return raw_names is None and headers == [(one["name"], one["value"]) for one in stored]


def json_object(body: bytes | None) -> Json:
    """Empty for what is none."""
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


if __name__ == "__main__":
    sys.exit("\n".join(map(shown, audit(Path(sys.argv[1]), *sys.argv[2:]))) or 0)
