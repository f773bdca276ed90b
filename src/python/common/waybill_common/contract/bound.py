"""A contract as the ledger names it and a delivery is bound by it: its document, and what follows from that alone."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class BoundContract:
    """``document`` is in its canonical form: its sha256 is the contract's fingerprint."""

    stream: str
    version: int
    document: bytes

    @cached_property
    def document_sha256(self) -> str:
        """The name of its document in a dataset."""
        return hashlib.sha256(self.document).hexdigest()

    @property
    def fingerprint(self) -> str:
        return f"sha256:{self.document_sha256}"

    def is_named(self, version: int, fingerprint: str) -> bool:
        """Whether an entry with these words means this contract."""
        return (version, fingerprint) == (self.version, self.fingerprint)

    @property
    def label(self) -> str:
        """``names/1``, as records carry it in their ``contract`` header."""
        return f"{self.stream}/{self.version}"

    @cached_property
    def partition_by(self) -> tuple[str, ...]:
        """Which folders rows go to, as a manifest names it."""
        return tuple(json.loads(self.document)["partition_by"])

    @cached_property
    def has_window(self) -> bool:
        """Whether its manifests say for which periods there are folders. 0.1.0's contract has one for each day."""
        return "legacy" not in json.loads(self.document) and any(
            one.startswith(("day(", "hour(")) for one in self.partition_by
        )

    @cached_property
    def registry(self) -> str | None:
        """The name of the registry that has its writers' schemas; None where none is asked."""
        found = json.loads(self.document)["value"].get("registry")
        return None if found is None else str(found)

    @cached_property
    def frame(self) -> str | None:
        """Around each value; its id is one of that frame."""
        found = json.loads(self.document)["value"].get("frame")
        return None if found is None else str(found)
