"""The ledger's invariants, checked on what is stored at this moment."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Coordinates = list[tuple[int, int]]


class Invariants:
    """Objects never change, so each is read once; one that does change is found by its time stamp and size."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen: dict[str, tuple[int, str, Coordinates]] = {}

    def once_at_any_moment(self) -> None:
        """I1: an offset is in at most one stored object."""
        held = Counter(place for key in self._objects() for place in self._read(key)[2])
        twice = [place for place, times in held.items() if times > 1]
        assert not twice, f"stored twice: {twice}"

    def none_missing(self, records: dict[int, dict[int, bytes]]) -> None:
        """I2: an offset from where the first manifest begins up to the frontier is stored, empty, or in a hole."""
        held = {place for key in self._objects() for place in self._read(key)[2]}
        receipts = self.receipts()
        if not receipts:
            return
        holes = {
            (h["partition"], o) for r in receipts for h in r["holes"] for o in range(h["start"], h["end"])
        }
        first = json.loads((self._root / "_waybill" / f"{1:020d}.manifest.json").read_bytes())
        for partition, end in receipts[-1]["frontier"].items():
            for offset in records[int(partition)]:
                place = (int(partition), offset)
                ours = first["before"].get(partition, 0) <= offset < end
                assert not ours or place in held or place in holes, f"missing: {place}"

    def as_stored(self) -> None:
        """I3: every receipt describes the stored bytes, and they add up."""
        for receipt in self.receipts():
            for split in receipt["splits"]:
                entries = [*split["data"], *([split["dead_letters"]] if split["dead_letters"] else [])]
                for entry in entries:
                    size, digest, places = self._read(entry["key"])
                    assert (entry["bytes"], entry["sha256"], entry["rows"]) == (size, digest, len(places))
                stored = sum(entry["rows"] for entry in entries)
                assert stored + split["empty"] + split["lost"] == split["end"] - split["start"]

    def chained(self) -> None:
        """Numbers without a gap, each manifest behind the receipt before it, one contract from end to end."""
        before: str | None = None
        for number, receipt in enumerate(self.receipts(), start=1):
            folder = self._root / "_waybill"
            manifest = (folder / f"{number:020d}.manifest.json").read_bytes()
            assert json.loads(manifest)["previous_receipt"] == before
            assert receipt["number"] == number
            assert receipt["manifest_sha256"] == hashlib.sha256(manifest).hexdigest()
            before = hashlib.sha256((folder / f"{number:020d}.receipt.json").read_bytes()).hexdigest()

    def receipts(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_bytes()) for path in sorted(self._root.glob("_waybill/*.receipt.json"))]

    def dead_offsets(self) -> dict[tuple[int, int], str]:
        """Offset of each dead letter, and the object that holds it."""
        return {p: k for k in self._objects() if k.startswith("dead") for p in self._read(k)[2]}

    def _objects(self) -> list[str]:
        return [
            str(path.relative_to(self._root))
            for folder in ("data", "dead_letters")
            for path in sorted((self._root / folder).rglob("*.parquet"))
        ]

    def _read(self, key: str) -> tuple[int, str, Coordinates]:
        body = (self._root / key).read_bytes()
        digest = hashlib.sha256(body).hexdigest()
        if key in self._seen:
            assert self._seen[key][1] == digest, f"overwritten: {key}"
            return self._seen[key]
        table = pq.read_table(
            self._root / key, columns=["kafka_partition", "kafka_offset"], partitioning=None
        )
        places = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
        self._seen[key] = (len(body), digest, places)
        return self._seen[key]
