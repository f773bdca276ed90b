"""A tamperer who knows the format: edits entries and rows, and reseals every checksum behind it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, Any]


@dataclass(frozen=True)
class Forger:
    """Works on one stream's folder."""

    stream: Path

    def entry(self, number: int, kind: str) -> Path:
        return self.stream / "_waybill" / f"{number:020d}.{kind}.json"

    @property
    def last(self) -> int:
        return max(int(path.name[:20]) for path in (self.stream / "_waybill").glob("*.receipt.json"))

    def edit(self, path: Path, change: Callable[[Row], object]) -> None:
        fields = json.loads(path.read_bytes())
        change(fields)
        path.write_text(json.dumps(fields, indent=2) + "\n")

    def data(self) -> list[Path]:
        return sorted(self.stream.glob("data/*/*.parquet"))

    def dead(self) -> list[Path]:
        return sorted(self.stream.glob("dead_letters/*.parquet"))

    def key(self, path: Path) -> str:
        return str(path.relative_to(self.stream))

    def rewrite(self, path: Path, change: Callable[[list[Row]], list[Row]]) -> None:
        """The object anew, with the rows that ``change`` makes of its rows."""
        table = pq.ParquetFile(path).read()
        pq.write_table(pa.Table.from_pylist(change(table.to_pylist()), schema=table.schema), path)

    def copy(self, path: Path, name: str) -> Path:
        return Path(shutil.copy(path, path.with_name(name)))

    def reseal(self) -> None:
        """Makes every receipt describe what is stored now, and every entry follow the one before."""
        previous, recent = None, {"records": 0, "dead": 0}
        for number in range(1, self.last + 1):
            manifest, receipt = (self.entry(number, kind) for kind in ("manifest", "receipt"))
            self.edit(manifest, partial(_follow, previous=previous))
            self.edit(receipt, partial(self._describe, manifest_sha256=_sha256(manifest), recent=recent))
            previous, recent = _sha256(receipt), json.loads(receipt.read_bytes())["recent"]

    def _describe(self, receipt: Row, manifest_sha256: str, recent: Row) -> None:
        receipt["manifest_sha256"] = manifest_sha256
        for split in receipt["splits"]:
            split["data"] = [stored for one in split["data"] if (stored := self._stored(one))]
            split["dead_letters"] = split["dead_letters"] and self._stored(split["dead_letters"])
            split["rows"] = sum(one["rows"] for one in split["data"])
            if split["dead_letters"] is None:
                split["dead"], split["reasons"] = 0, {}
            split["empty"] = split["end"] - split["start"] - split["rows"] - split["dead"] - split["lost"]
            split["raw_bytes"] = sum(
                one["raw_bytes"] for one in [*split["data"], split["dead_letters"]] if one
            )
        for what in ("rows", "dead", "empty"):
            receipt[what] = sum(split[what] for split in receipt["splits"])
        reasons: dict[str, int] = {}
        for split in receipt["splits"]:
            for reason, count in split["reasons"].items():
                reasons[reason] = reasons.get(reason, 0) + count
        receipt["reasons"] = reasons
        own = {"records": receipt["rows"] + receipt["dead"], "dead": receipt["dead"]}
        receipt["recent"] = {what: recent[what] + own[what] for what in own}

    def _stored(self, known: Row) -> Row | None:
        """The entry of an object as it is now; of a row's record nothing here tells the raw bytes."""
        path = self.stream / known["key"]
        if not path.exists():
            return None
        table = pq.ParquetFile(path).read()
        offsets = table["kafka_offset"].to_pylist()
        described = {"rows": len(table), "bytes": path.stat().st_size, "sha256": _sha256(path)}
        described["offsets"] = {"first": min(offsets), "last": max(offsets)}
        if "produced_at" in table.column_names:
            times = table["produced_at"].cast(pa.int64()).to_pylist()
            described["time"] = {"min": min(times), "max": max(times)}
        else:
            raw = [table[name].to_pylist() for name in ("key", "value")]
            described["raw_bytes"] = sum(len(value or b"") for values in raw for value in values)
        return {**known, **described}


def _follow(manifest: Row, previous: str | None) -> None:
    manifest["previous_receipt"] = previous


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
