"""A dataset of any contract's document, stored by the writer's judge and columns, and its audit without Kafka."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
from unit.ops.audited import audit_of

from waybill_common.contract.arrow import DEAD_LETTERS
from waybill_contracts.columns.arrow_types import PARQUET
from waybill_contracts.columns.rows import RowColumns
from waybill_contracts.document import ContractDocument
from waybill_contracts.judging import DeadRecord, FolderWindow, JudgedRow, KafkaInput, RecordJudge, folder_of
from waybill_contracts.types import date_text
from waybill_ops.audit.findings import Code, Finding

Fields = dict[str, Any]
_WRITER = {"writer": "0" * 32, "release": "0.3.0"}
_YEARS = (-62_135_596_800_000, 253_402_300_799_999)
WINDOW = FolderWindow(20_000, 21_000)
"""2024-10-04 to 2027-07-01."""


@dataclass
class StoredCommit:
    """``splits`` are a receipt's reports."""

    document: ContractDocument
    window: list[str] | None
    splits: list[Fields]


@dataclass
class Dataset:
    """``log`` is the topic: each partition's records lie at 0, 1, 2, …, but for an empty offset after each split."""

    folder: Path
    stream: str = "s"
    topic: str = "orders_topic"
    topic_id: str = "id"
    commits: list[StoredCommit] = field(default_factory=list)
    log: dict[tuple[int, int], KafkaInput] = field(default_factory=dict)
    ends: Counter[int] = field(default_factory=Counter)
    edit: Callable[[Fields], object] | None = None
    """Of the first manifest, and of its receipt what repeats it."""

    @property
    def root(self) -> Path:
        return self.folder / self.stream

    def commit(
        self,
        of: ContractDocument,
        *partitions: Sequence[KafkaInput],
        window: FolderWindow | None = None,
        judge: ContractDocument | None = None,
    ) -> StoredCommit:
        """One split for each of ``partitions``; ``judge`` is another document that a broken writer judges by."""
        said = [date_text(window.first), date_text(window.last)] if window else None
        splits = []
        for partition, records in enumerate(partitions):
            start = self.ends[partition]
            offsets = range(start, start + len(records))
            self.log.update(zip(((partition, one) for one in offsets), records, strict=True))
            self.ends[partition] = end = offsets.stop + 1
            splits.append(
                self._split(judge or of, partition, (start, end), records, window or FolderWindow())
            )
        self.commits.append(StoredCommit(of, said, splits))
        self.write()
        return self.commits[-1]

    def _split(
        self,
        of: ContractDocument,
        partition: int,
        span: tuple[int, int],
        records: Sequence[KafkaInput],
        window: FolderWindow,
    ) -> Fields:
        judge, dead, skipped = RecordJudge(of), list[Any](), 0
        rows: dict[str, list[Any]] = {}
        for offset, record in enumerate(records, span[0]):
            found = judge.judge(record)
            if isinstance(found, JudgedRow):
                rows.setdefault(folder_of(of, found, window), []).append((offset, found, record))
            elif isinstance(found, DeadRecord):
                dead.append((offset, found, record))
            else:
                skipped += 1
        name = f"{self.topic}-{partition}-{span[0]:020d}-{span[1]:020d}.parquet"
        data = [self._data(of, partition, place, name, some) for place, some in sorted(rows.items())]
        letters = self._dead(partition, name, dead) if dead else None
        return {
            "partition": partition, "start": span[0], "end": span[1], "rows": sum(one["rows"] for one in data),
            "dead": len(dead), "skipped": skipped, "empty": 1, "lost": 0,
            "tombstones": sum(one.is_tombstone for some in rows.values() for _, one, _ in some),
            "raw_bytes": sum(map(_size, records)), "holes": [],
            "reasons": dict(Counter(one.reason for _, one, _ in dead)), "data": data, "dead_letters": letters,
        }  # fmt: skip

    def _data(
        self, of: ContractDocument, partition: int, place: str, name: str, some: Sequence[Any]
    ) -> Fields:
        offsets, rows, records = zip(*some, strict=True)
        key = f"data/{place}/{name}" if place else f"data/{name}"
        path = self._path(key)
        batch = RowColumns(of).batch(partition, offsets, rows)
        with pq.ParquetWriter(path, batch.schema, **PARQUET) as writer:
            writer.write_batch(batch)
        times = [one for one in (_time(of, row) for row in rows) if one is not None]
        return {
            **self.described(key), "partition": _values(place),
            "time": {"min": min(times), "max": max(times)} if times else None,
            "raw_bytes": sum(map(_size, records)),
        }  # fmt: skip

    def _dead(self, partition: int, name: str, dead: Sequence[Any]) -> Fields:
        key = f"dead_letters/{name}"
        rows = [
            letter(partition, offset, found.reason, found.detail, record) for offset, found, record in dead
        ]
        pq.write_table(pa.Table.from_pylist(rows, schema=DEAD_LETTERS), self._path(key))
        raw_bytes = sum(_size(record) for _, _, record in dead)
        return {**self.described(key), "partition": [], "time": None, "raw_bytes": raw_bytes}

    def _path(self, key: str) -> Path:
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def described(self, key: str) -> Fields:
        """What a receipt says of the object's bytes."""
        body = self._path(key).read_bytes()
        offsets = pq.ParquetFile(self._path(key)).read(columns=["kafka_offset"])["kafka_offset"].to_pylist()
        return {
            "key": key, "rows": len(offsets), "bytes": len(body), "sha256": sha256(body).hexdigest(),
            "offsets": {"first": min(offsets), "last": max(offsets)},
        }  # fmt: skip

    def write(self) -> None:
        """The ledger and its documents, every checksum right."""
        previous, before, recent, named = None, dict[str, int](), None, None
        for number, commit in enumerate(self.commits, 1):
            contract = {
                "version": commit.document.version,
                "fingerprint": f"sha256:{commit.document.sha256}",
                "document": commit.document.sha256,
            }
            document = self._path(f"_waybill/contracts/{commit.document.sha256}.json")
            document.write_bytes(commit.document.text)
            after = before | {str(one["partition"]): one["end"] for one in commit.splits}
            head = {
                "format": 3,
                "stream": self.stream,
                "number": number,
                "topic": self.topic,
                "topic_id": self.topic_id,
                **_WRITER,
            }
            manifest: Fields = {
                **head, "kind": "manifest", "previous_receipt": previous, "contract": {**contract}, "schemas": {},
                "origin": dict.fromkeys(after, 0), "before": before or dict.fromkeys(after, 0), "after": after,
                "holes": [],
                "layout": {
                    "row_group_rows": 10, "compression": "zstd", "window": commit.window,
                    "partition_by": [one.spelling for one in commit.document.partition_by]},
                "splits": [{name: one[name] for name in ("partition", "start", "end")} for one in commit.splits],
                "accept_dead": False,
            }  # fmt: skip
            sums = ("rows", "dead", "skipped", "empty", "lost", "tombstones")
            total = {name: sum(one[name] for one in commit.splits) for name in sums}
            if recent is None or recent["records"] >= 1000 or named != contract:
                recent = {"records": 0, "dead": 0}
            recent = {
                "records": recent["records"] + total["rows"] + total["dead"],
                "dead": recent["dead"] + total["dead"],
            }
            reasons: Counter[str] = Counter()
            for one in commit.splits:
                reasons.update(one["reasons"])
            if self.edit and number == 1:
                self.edit(manifest)
            body = self._entry(number, manifest)
            receipt = {
                **head, **total, "kind": "receipt", "manifest_sha256": sha256(body).hexdigest(),
                "frontier": after,
                "contract": manifest["contract"], "layout": {"window": manifest["layout"]["window"]}, "schemas": {},
                "schemas_sha256": None,
                "reasons": dict(reasons), "recent": recent, "accept_dead": False, "splits": commit.splits,
                "holes": [],
            }  # fmt: skip
            previous = sha256(self._entry(number, receipt)).hexdigest()
            before, named = after, contract

    def _entry(self, number: int, fields: Fields) -> bytes:
        body = json.dumps(fields, indent=2).encode()
        self._path(f"_waybill/{number:020d}.{fields['kind']}.json").write_bytes(body)
        return body

    def rewrite(self, entry: Fields, change: Callable[[pa.Table], pa.Table]) -> None:
        """An object anew, with the rows that ``change`` makes of its rows, and its receipt's word of it."""
        path = self._path(entry["key"])
        pq.write_table(change(self.table(entry)), path, store_decimal_as_integer=True)
        entry.update(self.described(entry["key"]))
        self.write()

    def table(self, entry: Fields) -> pa.Table:
        return pq.ParquetFile(self._path(entry["key"])).read()

    def move(self, entry: Fields, place: str) -> None:
        """An object into another folder, and its receipt's word of it."""
        name = entry["key"].rsplit("/", 1)[1]
        old = self._path(entry["key"])
        entry["key"] = f"data/{place}/{name}"
        entry["partition"] = _values(place)
        old.rename(self._path(entry["key"]))
        self.write()

    def audit(self, log_start: int = 0) -> list[Finding]:
        """What verify finds where Kafka's log begins at ``log_start``."""
        return audit_of(self.folder, self.stream, self.log, self.ends, log_start)

    def codes(self) -> set[Code]:
        """Of the findings that fail."""
        return {one.code for one in self.audit() if one.code.fails}


def letter(partition: int, offset: int, reason: str, detail: str, record: KafkaInput) -> Fields:
    is_told = record.timestamp != -1 and _YEARS[0] <= record.timestamp <= _YEARS[1]
    names = [name for name, _ in record.headers]
    shown = [name.decode(errors="replace") for name in names]
    is_text = [name.encode() for name in shown] == names
    return {
        "kafka_partition": partition, "kafka_offset": offset, "reason": reason, "detail": detail,
        "kafka_timestamp": record.timestamp * 1000 if is_told else None,
        "kafka_timestamp_ms": None if is_told else record.timestamp, "key": record.key, "value": record.value,
        "headers": [{"name": name, "value": value} for name, (_, value) in zip(shown, record.headers, strict=True)],
        "header_names": None if is_text else names,
    }  # fmt: skip


def _values(place: str) -> list[str]:
    return [unquote(one.split("=", 1)[1]) for one in place.split("/")] if place else []


def _size(record: KafkaInput) -> int:
    return len(record.key or b"") + len(record.value or b"")


def _time(of: ContractDocument, row: JudgedRow) -> int | None:
    if of.time is None:
        return None
    if of.time == "kafka_timestamp":
        return row.timestamp
    value: int | None = row.values[[*of.columns].index(of.time)]
    is_date = of.columns[of.time].type.family == "date"
    return value * 86_400_000_000 if is_date and value is not None else value
