"""Commits as they would stand in a ledger, without a run that delivered them. Pure: bytes by key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from waybill_common.kafka import TopicState
from waybill_common.ledger import (
    Layout,
    LedgerPosition,
    ManifestPlan,
    ObjectEntry3,
    Open,
    Situation,
    Split,
    SplitReport3,
    next_step,
    receipt_for,
)
from waybill_common.ledger.keys import data_key, document_key, manifest_key, receipt_key
from waybill_common.ledger.position import NOTHING
from waybill_common.ledger.receipt import Receipt3
from waybill_common.ledger.split_report import Offsets, TimeRange
from waybill_common.version import VERSION
from waybill_streams.packaged import STREAMS

STREAM = "names"
_WRITER = "0" * 32
_UNKNOWN = "0" * 64
_FIRST_DAY = date(2001, 1, 1)
_COMMITS_A_DAY = 500


@dataclass(frozen=True)
class History:
    """``commits`` commits that together deliver each partition of ``topic`` up to ``ends``."""

    topic: TopicState
    commits: int
    ends: Mapping[int, int]

    def names(self, number: int) -> Iterator[str]:
        """The keys of a commit: manifest, receipt, and an object for each partition that moves."""
        yield manifest_key(number)
        yield receipt_key(number)
        before, after = self._frontier(number - 1), self._frontier(number)
        for partition, end in after.items():
            if before[partition] < end:
                yield _object(self.topic.name, number, partition, before[partition], end)

    def whole(self, first: int) -> Iterator[tuple[str, bytes]]:
        """Keys and bytes of the commits from ``first`` on, each chained to the one before it, behind the contract's
        document; objects are empty."""
        position, recent = self._at(first - 1, _UNKNOWN), None
        contract = STREAMS[STREAM].current
        yield document_key(contract.document_sha256), contract.document
        for number in range(first, self.commits + 1):
            step = next_step(Situation(position, self.topic, self._frontier(number)), _plan(self.topic.name))
            assert isinstance(step, Open), step
            body = step.manifest.to_json()
            reports = [_report(self.topic.name, number, split) for split in step.manifest.splits]
            receipt = receipt_for(
                step.manifest, _sha256(body), reports, writer=_WRITER, release=VERSION, before=recent
            )
            assert isinstance(receipt, Receipt3), receipt
            recent = None if receipt.recent.is_full else receipt.recent
            closing = receipt.to_json()
            yield manifest_key(number), body
            yield receipt_key(number), closing
            yield from ((entry.key, b"") for report in reports for entry in report.data)
            position = self._at(number, _sha256(closing))

    def _frontier(self, number: int) -> dict[int, int]:
        return {partition: end * number // self.commits for partition, end in self.ends.items()}

    def _at(self, number: int, sha256: str) -> LedgerPosition:
        if number == 0:
            return NOTHING
        known = replace(NOTHING, stream=STREAM, topic=self.topic.name, topic_id=self.topic.id)
        return replace(known, number=number, frontier=self._frontier(number), receipt_sha256=sha256)


def _day(number: int) -> date:
    return _FIRST_DAY + timedelta(days=number // _COMMITS_A_DAY)


def _object(topic: str, number: int, partition: int, start: int, end: int) -> str:
    return data_key(topic, partition, start, end, f"date={_day(number).isoformat()}")


def _report(topic: str, number: int, split: Split) -> SplitReport3:
    noon = int(datetime.combine(_day(number), time(12), UTC).timestamp()) * 1_000_000
    stored = ObjectEntry3(
        key=_object(topic, number, split.partition, split.start, split.end),
        rows=split.length,
        bytes=1,
        sha256=_UNKNOWN,
        partition=(_day(number).isoformat(),),
        offsets=Offsets(first=split.start, last=split.end - 1),
        time=TimeRange(min=noon, max=noon),
        raw_bytes=split.length,
    )
    return SplitReport3(
        partition=split.partition,
        start=split.start,
        end=split.end,
        rows=split.length,
        dead=0,
        skipped=0,
        empty=0,
        lost=0,
        tombstones=0,
        raw_bytes=split.length,
        holes=(),
        reasons={},
        data=(stored,),
        dead_letters=None,
    )


def _plan(topic: str) -> ManifestPlan:
    return ManifestPlan(
        topic=topic,
        contract=STREAMS[STREAM].current,
        layout=Layout(row_group_rows=100_000, compression="zstd"),
        rows_per_object=10**9,
        accept_loss=False,
        writer=_WRITER,
        release=VERSION,
    )


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
