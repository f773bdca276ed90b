"""Entries to start from: one manifest and one receipt of each format."""

from __future__ import annotations

from typing import Any

from waybill_common.ledger import (
    Layout,
    ObjectEntry,
    ObjectEntry3,
    Split,
    SplitReport1,
    SplitReport3,
    receipt_for,
)
from waybill_common.ledger.keys import data_key, dead_letter_key
from waybill_common.ledger.manifest import ContractRef, ContractRef3, Layout3, Manifest1, Manifest3
from waybill_common.ledger.receipt import Receipt1, Receipt3
from waybill_common.ledger.split_report import Offsets, TimeRange
from waybill_streams.names import NAMES

TOPIC, WRITER, RELEASE = "names_topic", "0" * 32, "0.2.0"
DAY = 1_795_305_600_000_000


def manifest1(**changes: Any) -> Manifest1:
    fields: dict[str, Any] = {
        "format": 1,
        "kind": "manifest",
        "stream": "names",
        "number": 1,
        "previous_receipt": None,
        "topic": TOPIC,
        "topic_id": "id",
        "contract": ContractRef(version=1, fingerprint=str(NAMES.old_fingerprint)),
        "layout": Layout(row_group_rows=100, compression="zstd"),
        "before": {0: 0},
        "after": {0: 10},
        "splits": (Split(partition=0, start=0, end=10),),
        "holes": (),
        "writer": WRITER,
        "release": "0.1.0",
    }
    return Manifest1(**fields | changes)


def manifest3(**changes: Any) -> Manifest3:
    fields: dict[str, Any] = dict(manifest1()) | {
        "format": 3,
        "contract": ContractRef3(version=1, fingerprint=NAMES.fingerprint, document=NAMES.document_sha256),
        "schemas": {},
        "origin": {0: 0},
        "layout": Layout3(
            row_group_rows=100, compression="zstd", partition_by=("day(produced_at)",), window=None
        ),
        "accept_dead": False,
        "release": RELEASE,
    }
    return Manifest3(**fields | changes)


def report1(rows: int = 8, dead: int = 1) -> SplitReport1:
    """Of the split of partition 0 that ends at 10."""
    data = ObjectEntry(key=data_key(TOPIC, 0, 0, 10, "date=2026-11-22"), rows=rows, bytes=9, sha256="a" * 64)
    letters = ObjectEntry(key=dead_letter_key(TOPIC, 0, 0, 10), rows=dead, bytes=9, sha256="b" * 64)
    return SplitReport1(
        partition=0,
        start=0,
        end=10,
        rows=rows,
        dead=dead,
        empty=10 - rows - dead,
        lost=0,
        holes=(),
        reasons={"not_json": dead},
        data=(data,),
        dead_letters=letters,
    )


def report3(rows: int = 8, dead: int = 1) -> SplitReport3:
    old = report1(rows, dead)
    assert old.dead_letters is not None
    data = ObjectEntry3(
        **dict(old.data[0]),
        partition=("2026-11-22",),
        offsets=Offsets(first=0, last=9),
        time=TimeRange(min=DAY, max=DAY + 1),
        raw_bytes=80,
    )
    letters = ObjectEntry3(
        **dict(old.dead_letters), partition=(), offsets=Offsets(first=3, last=9), time=None, raw_bytes=7
    )
    new = {"skipped": 0, "tombstones": 0, "raw_bytes": 87, "data": (data,), "dead_letters": letters}
    return SplitReport3(**dict(old) | new)


def receipt1() -> Receipt1:
    found = receipt_for(manifest1(), "c" * 64, [report1()], writer=WRITER, release="0.1.0")
    assert isinstance(found, Receipt1)
    return found


def receipt3() -> Receipt3:
    found = receipt_for(manifest3(), "c" * 64, [report3()], writer=WRITER, release=RELEASE)
    assert isinstance(found, Receipt3)
    return found
