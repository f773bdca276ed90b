"""A sound ledger of three commits, as the writer's own models write it, and ways to break it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from waybill_common.ledger import Layout, LostRange, ObjectEntry, Split, SplitReport1, receipt_for
from waybill_common.ledger.keys import data_key, dead_letter_key
from waybill_common.ledger.manifest import ContractRef, Manifest1

TOPIC = "names_topic"
WRITER = "0" * 32
Bodies = dict[tuple[int, str], bytes]


def stored(key: str, rows: int) -> ObjectEntry:
    return ObjectEntry(key=key, rows=rows, bytes=100, sha256=hashlib.sha256(key.encode()).hexdigest())


def report(split: Split, *, dead: int = 0, lost: int = 0) -> SplitReport1:
    """One empty offset at the end, as after a transaction; the rest are rows and dead letters."""
    names = (TOPIC, split.partition, split.start, split.end)
    rows = split.length - dead - lost - 1
    holes = (LostRange(partition=split.partition, start=split.start, end=split.start + lost),) if lost else ()
    return SplitReport1(
        partition=split.partition,
        start=split.start,
        end=split.end,
        rows=rows,
        dead=dead,
        empty=1,
        lost=lost,
        holes=holes,
        reasons={"not_json": dead} if dead else {},
        data=(stored(data_key(*names, "date=2026-11-22"), rows),),
        dead_letters=stored(dead_letter_key(*names), dead) if dead else None,
    )


def sound() -> Bodies:
    """Commit 1: two splits of partition 0. Commit 2: a manifest's hole. Commit 3: a split's hole, a new partition."""
    steps = [
        (({0: 0}, {0: 20}), [(0, 0, 10), (0, 10, 20)], []),
        (({0: 20}, {0: 40}), [(0, 30, 40)], [(0, 20, 30)]),
        (({0: 40, 1: 0}, {0: 50, 1: 7}), [(0, 40, 50), (1, 0, 7)], []),
    ]
    bodies: Bodies = {}
    previous = None
    for number, ((before, after), spans, holes) in enumerate(steps, start=1):
        manifest = Manifest1(
            format=1,
            kind="manifest",
            stream="names",
            number=number,
            previous_receipt=previous,
            topic=TOPIC,
            topic_id="topic-id",
            contract=ContractRef(version=1, fingerprint="sha256:" + "0" * 64),
            layout=Layout(row_group_rows=10, compression="zstd"),
            before=before,
            after=after,
            splits=tuple(Split(partition=p, start=start, end=end) for p, start, end in spans),
            holes=tuple(LostRange(partition=p, start=start, end=end) for p, start, end in holes),
            writer=WRITER,
            release="0.1.0",
        )
        reports = [report(split, dead=number - 1, lost=2 if number == 3 else 0) for split in manifest.splits]
        bodies[number, "manifest"] = manifest.to_json()
        receipt = receipt_for(
            manifest, sha256(bodies[number, "manifest"]), reports, writer=WRITER, release="0.1.0"
        )
        bodies[number, "receipt"] = receipt.to_json()
        previous = sha256(bodies[number, "receipt"])
    return bodies


def edited(number: int, kind: str, change: Callable[[dict[str, Any]], object]) -> Bodies:
    """The sound ledger with one entry edited and everything behind it resealed."""
    bodies = sound()
    fields = json.loads(bodies[number, kind])
    change(fields)
    bodies[number, kind] = json.dumps(fields).encode()
    return resealed(bodies)


def resealed(bodies: Bodies) -> Bodies:
    previous = None
    result = dict(bodies)
    for number in sorted({number for number, _ in bodies}):
        for kind, field, value in (
            ("manifest", "previous_receipt", lambda p=previous: p),
            ("receipt", "manifest_sha256", lambda n=number: sha256(result[n, "manifest"])),
        ):
            fields = json.loads(result[number, kind])
            fields[field] = value()
            result[number, kind] = json.dumps(fields).encode()
        previous = sha256(result[number, "receipt"])
    return result


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
