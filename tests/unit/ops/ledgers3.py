"""A sound ledger that went over to format 3, written by hand from docs/format.md, and ways to break it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from unit.ops.ledgers import TOPIC, Bodies, resealed

Fields = dict[str, Any]
DATE = "2026-11-22"
_CONTRACT = {"version": 1, "fingerprint": "sha256:" + "0" * 64, "document": None}
_OLD_CONTRACT = {"version": 1, "fingerprint": "sha256:" + "0" * 64}
_LAYOUT = {"row_group_rows": 10, "compression": "zstd", "partition_by": ["day(produced_at)"], "window": None}
_WRITER = {"writer": "0" * 32, "release": "0.2.0"}


def _object(key: str, rows: int, first: int, *, dead: bool) -> Fields:
    return {
        "key": key, "rows": rows, "bytes": 100, "sha256": hashlib.sha256(key.encode()).hexdigest(),
        "partition": [] if dead else [DATE], "offsets": {"first": first, "last": first + rows - 1},
        "time": None if dead else {"min": 1795305600000000, "max": 1795305600000009}, "raw_bytes": 10 * rows,
    }  # fmt: skip


def _report(partition: int, start: int, end: int, dead: int) -> Fields:
    """Rows, then dead letters, then one empty offset."""
    name = f"{TOPIC}-{partition}-{start:020d}-{end:020d}.parquet"
    rows = end - start - dead - 1
    return {
        "partition": partition, "start": start, "end": end, "rows": rows, "dead": dead, "skipped": 0, "empty": 1,
        "lost": 0, "tombstones": 0, "raw_bytes": 10 * (rows + dead), "holes": [],
        "reasons": {"not_json": dead} if dead else {},
        "data": [_object(f"data/date={DATE}/{name}", rows, start, dead=False)] if rows else [],
        "dead_letters": _object(f"dead_letters/{name}", dead, start + rows, dead=True) if dead else None,
    }  # fmt: skip


def _manifest(number: int, format: int, before: Fields, after: Fields, origin: Fields) -> Fields:  # noqa: A002
    spans = [(int(p), before.get(p, 0), end) for p, end in after.items() if before.get(p, 0) < end]
    head = {
        "format": format, "kind": "manifest", "stream": "names", "number": number, "previous_receipt": None,
        "topic": TOPIC, "topic_id": "topic-id",
    }  # fmt: skip
    moved = {
        "before": before, "after": after, "holes": [],
        "splits": [{"partition": p, "start": start, "end": end} for p, start, end in spans],
    }  # fmt: skip
    if format < 3:
        layout = {"row_group_rows": 10, "compression": "zstd"}
        return {**head, "contract": _OLD_CONTRACT, "layout": layout, **moved, **_WRITER}
    terms = {"contract": _CONTRACT, "schemas": {}, "origin": origin, "layout": _LAYOUT, "accept_dead": False}
    return {**head, **terms, **moved, **_WRITER}


def _old(report: Fields) -> Fields:
    gone = {"skipped", "tombstones", "raw_bytes", "partition of", "offsets", "time"}
    kept = {name: value for name, value in report.items() if name not in gone}
    objects = {"key", "rows", "bytes", "sha256"}
    kept["data"] = [{name: one[name] for name in objects} for one in report["data"]]
    dead = report["dead_letters"]
    kept["dead_letters"] = dead and {name: dead[name] for name in objects}
    return kept


def _receipt(manifest: Fields, dead: int, recent: Fields) -> Fields:
    reports = [_report(s["partition"], s["start"], s["end"], dead) for s in manifest["splits"]]
    total = {
        name: sum(one[name] for one in reports)
        for name in ("rows", "dead", "skipped", "empty", "lost", "tombstones")
    }
    common = {
        "format": 3, "kind": "receipt", "stream": "names", "number": manifest["number"], "manifest_sha256": "0" * 64,
        "topic": TOPIC, "topic_id": "topic-id", "frontier": manifest["after"],
        "reasons": {"not_json": total["dead"]} if total["dead"] else {}, "splits": reports, "holes": [], **_WRITER,
    }  # fmt: skip
    if manifest["format"] < 3:
        sums = {name: total[name] for name in ("rows", "dead", "empty", "lost")}
        return {**common, **sums, "format": 1, "splits": [_old(one) for one in reports]}
    terms = {"contract": _CONTRACT, "layout": {"window": None}, "schemas": {}, "schemas_sha256": None}
    return {**common, **total, **terms, "recent": recent, "accept_dead": False}


def sound3(first: int = 2) -> Bodies:
    """Commit 1 of format ``first`` begins at offset 10, as a backfill does; 2 to 4 are of format 3; 3 moves nothing."""
    begin = {"0": 10}
    steps = [
        (first, begin, {"0": 20}, 1),
        (3, {"0": 20}, {"0": 40}, 2),
        (3, {"0": 40}, {"0": 40}, 0),
        (3, {"0": 40, "1": 0}, {"0": 50, "1": 1200}, 3),
    ]
    bodies: Bodies = {}
    records = dead = 0
    for number, (format, before, after, letters) in enumerate(steps, start=1):  # noqa: A001
        origin = {**begin, "1": 0} if "1" in before else begin
        manifest = _manifest(number, format, before, after, origin)
        receipt = _receipt(manifest, letters, {})
        if format == 3:
            records, dead = records + receipt["rows"] + receipt["dead"], dead + receipt["dead"]
            receipt["recent"] = {"records": records, "dead": dead}
        bodies[number, "manifest"] = json.dumps(manifest, indent=2).encode()
        bodies[number, "receipt"] = json.dumps(receipt, indent=2).encode()
    return resealed(bodies)


def edited3(number: int, kind: str, change: Callable[[Fields], object], first: int = 2) -> Bodies:
    """The sound ledger with one entry edited and everything after it resealed."""
    bodies = sound3(first)
    fields = json.loads(bodies[number, kind])
    change(fields)
    bodies[number, kind] = json.dumps(fields, indent=2).encode()
    return resealed(bodies)
