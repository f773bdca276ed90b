"""A dataset on this disk with real objects, by the writer's own models: for pages that read it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from names_columns import ROWS
from sample_events import START, nth_event

from waybill_common.contract.arrow import DEAD_LETTERS
from waybill_common.ledger import LostRange, ObjectEntry3, Split, SplitReport3, keys, receipt_for
from waybill_common.ledger.manifest import ContractRef3, Layout3, Manifest3
from waybill_common.ledger.split_report import Offsets, TimeRange
from waybill_streams.names import NAMES

WRITER = "0123456789abcdef" * 2
TOPIC = "names_topic"
SCRIPT = '<script>alert("letter")</script>'


@dataclass
class LocalLake:
    """Grows by ``commit``: of one partition, ``rows`` rows, then ``dead`` letters, then one empty offset."""

    root: Path
    stream: str = "names"
    topic: str = TOPIC
    frontier: dict[int, int] = field(default_factory=dict)
    origin: dict[int, int] = field(default_factory=lambda: {0: 0})
    number: int = 0
    previous: str | None = None

    @property
    def folder(self) -> Path:
        return self.root / self.stream

    def commit(
        self, rows: int = 8, dead: int = 0, lost: int = 0, *, close: bool = True, hint: bool = True
    ) -> None:
        self.number += 1
        first = self.frontier.get(0, self.origin[0])
        start, end = first + lost, first + lost + rows + dead + 1
        holes = (LostRange(partition=0, start=first, end=start),) if lost else ()
        manifest = self._manifest(Split(partition=0, start=start, end=end), holes, {0: end})
        body = self._put(keys.manifest_key(self.number), manifest.to_json())
        if not close:
            return
        receipt = receipt_for(
            manifest, _sha256(body), [self._report(start, rows, dead)], writer=WRITER, release="0.2.0"
        )
        self.previous = _sha256(self._put(keys.receipt_key(self.number), receipt.to_json()))
        self.frontier = dict(manifest.after)
        if hint:
            self._put(keys.LATEST, b'{"number": %d}\n' % self.number)

    def _manifest(self, split: Split, holes: tuple[LostRange, ...], after: dict[int, int]) -> Manifest3:
        return Manifest3(
            format=3,
            kind="manifest",
            stream=self.stream,
            number=self.number,
            previous_receipt=self.previous,
            topic=self.topic,
            topic_id="topic-id",
            contract=ContractRef3(version=1, fingerprint=NAMES.fingerprint, document=NAMES.document_sha256),
            schemas={},
            origin=self.origin,
            layout=Layout3(
                row_group_rows=100, compression="zstd", partition_by=("day(produced_at)",), window=None
            ),
            before=self.frontier or self.origin,
            after=after,
            splits=(split,),
            holes=holes,
            accept_dead=False,
            writer=WRITER,
            release="0.2.0",
        )

    def _report(self, start: int, rows: int, dead: int) -> SplitReport3:
        end = start + rows + dead + 1
        data = dead_key = None
        if rows:
            data = self._object(
                keys.data_key(self.topic, 0, start, end, "date=2026-11-22"), start, event_rows(start, rows)
            )
        if dead:
            dead_key = self._object(
                keys.dead_letter_key(self.topic, 0, start, end), start + rows, letters(start + rows, dead)
            )
        return SplitReport3(
            partition=0, start=start, end=end, rows=rows, dead=dead, skipped=0, empty=1, lost=0, tombstones=0,
            raw_bytes=100 * (rows + dead), holes=(), reasons={"not_json": dead} if dead else {},
            data=(data,) if data else (), dead_letters=dead_key,
        )  # fmt: skip

    def _object(self, key: str, first: int, table: pa.Table) -> ObjectEntry3:
        sink = io.BytesIO()
        pq.write_table(table, sink, compression="zstd")
        body = self._put(key, sink.getvalue())
        is_data = key.startswith("data/")
        micros = int(START.timestamp()) * 1_000_000
        return ObjectEntry3(
            key=key,
            rows=len(table),
            bytes=len(body),
            sha256=_sha256(body),
            partition=keys.partition_in(key),
            offsets=Offsets(first=first, last=first + len(table) - 1),
            time=TimeRange(min=micros, max=micros + 10**12) if is_data else None,
            raw_bytes=100 * len(table),
        )

    def _put(self, key: str, body: bytes) -> bytes:
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return body


def event_rows(first: int, count: int) -> pa.Table:
    rows = [
        {
            **nth_event(offset).model_dump(),
            "kafka_partition": 0,
            "kafka_offset": offset,
            "kafka_timestamp": START,
        }
        for offset in range(first, first + count)
    ]
    return pa.Table.from_pylist(rows, schema=ROWS)


def letters(first: int, count: int) -> pa.Table:
    rows: Sequence[dict[str, Any]] = [
        {
            "kafka_partition": 0, "kafka_offset": offset, "kafka_timestamp": START,
            "key": b"\xff\x00", "value": SCRIPT.encode(),
            "headers": [{"name": SCRIPT, "value": b"\xfe"}], "reason": "not_json", "detail": SCRIPT,
            "header_names": None, "kafka_timestamp_ms": None,
        }
        for offset in range(first, first + count)
    ]  # fmt: skip
    return pa.Table.from_pylist(list(rows), schema=DEAD_LETTERS)


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
