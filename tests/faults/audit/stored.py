"""What a lake holds: the ledger's entries, and the rows of every object under ``data/`` and ``dead_letters/``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.fs import FileSelector, FileSystem, FileType

CONTRACTS = "_waybill/contracts/"


@dataclass(frozen=True)
class StoredObject:
    """One Parquet object. ``rows`` is None where it can't be read."""

    sha256: str
    bytes: int
    rows: tuple[Mapping[str, Any], ...] | None


@dataclass(frozen=True)
class Stored:
    """Keys are relative to the dataset. Entries come in order of their numbers, contracts' documents by their names."""

    manifests: Mapping[int, bytes] = field(default_factory=dict)
    receipts: Mapping[int, bytes] = field(default_factory=dict)
    objects: Mapping[str, StoredObject] = field(default_factory=dict)
    documents: Mapping[str, bytes] = field(default_factory=dict)

    def manifest(self, number: int) -> dict[str, Any]:
        return dict(json.loads(self.manifests[number]))

    def receipt(self, number: int) -> dict[str, Any]:
        return dict(json.loads(self.receipts[number]))

    def without_document(self) -> list[int]:
        """Manifests whose contract's document is not there, or is not what its name says."""
        named = {number: self.manifest(number)["contract"].get("document") for number in self.manifests}
        return [
            number
            for number, name in named.items()
            if name is not None and hashlib.sha256(self.documents.get(name, b"")).hexdigest() != name
        ]


def read_lake(files: FileSystem, root: str) -> Stored:
    """The dataset in the folder ``root``, which need not exist."""
    found = files.get_file_info(FileSelector(root, recursive=True, allow_not_found=True))
    bodies: dict[str, bytes] = {}
    for info in found:
        # latest.json is a hint, and overwritten while this reads.
        if info.type == FileType.File and _counts(info.path.removeprefix(root).lstrip("/")):
            with files.open_input_stream(info.path) as stream:
                bodies[info.path.removeprefix(root).lstrip("/")] = stream.read()
    ledger = {
        key.removeprefix("_waybill/"): body for key, body in bodies.items() if key.startswith("_waybill/0")
    }
    return Stored(
        manifests=_numbered(ledger, ".manifest.json"),
        receipts=_numbered(ledger, ".receipt.json"),
        objects={
            key: _object(body)
            for key, body in bodies.items()
            if key.startswith(("data/", "dead_letters/")) and key.endswith(".parquet")
        },
        documents={
            key.removeprefix(CONTRACTS).removesuffix(".json"): body
            for key, body in bodies.items()
            if key.startswith(CONTRACTS)
        },
    )


def _counts(key: str) -> bool:
    return key.startswith(CONTRACTS) or key.endswith((".parquet", ".manifest.json", ".receipt.json"))


def _numbered(ledger: Mapping[str, bytes], end: str) -> dict[int, bytes]:
    return {int(name.removesuffix(end)): body for name, body in sorted(ledger.items()) if name.endswith(end)}


def _object(body: bytes) -> StoredObject:
    try:
        rows: Any = tuple(pq.ParquetFile(pa.BufferReader(body)).read().to_pylist())
    except (pa.ArrowInvalid, OSError):
        rows = None
    return StoredObject(hashlib.sha256(body).hexdigest(), len(body), rows)
