"""The ledger's entries by their numbers. They never change, so the newest that were read are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from waybill_common.errors import ContractUnknown, LakeRefused, LedgerCorrupt
from waybill_common.lake import Lake
from waybill_common.ledger import (
    LARGEST_ENTRY,
    LARGEST_HINT,
    LATEST,
    Journal,
    Manifest,
    Receipt,
    corrupt,
    manifest_key,
    number_in,
    parse_manifest,
    parse_receipt,
    receipt_key,
    shown_offsets,
)
from waybill_console.stream.ledger_end import last_number

_AT_ONCE = 16
_MOST_KEPT = 1000
_LARGEST_KEPT = 64 * 1024
"""Bytes of a receipt that is kept: together they stay below some hundred MiB."""


@dataclass(frozen=True)
class Newest:
    """Where the ledger stands. ``receipt`` is None where nothing was ever delivered, ``open`` where no commit is;
    ``origin`` is where the first manifest begins, with no partition where there is none."""

    receipt: Receipt | None
    open: Manifest | None
    origin: Mapping[int, int] = field(default_factory=dict)

    @property
    def begins_at(self) -> str:
        """Partitions that do not begin at 0; empty where all do."""
        return shown_offsets({p: offset for p, offset in self.origin.items() if offset})

    @property
    def number(self) -> int:
        return self.receipt.number if self.receipt else 0

    @property
    def frontier(self) -> Mapping[int, int]:
        return self.receipt.frontier if self.receipt else self.origin


@dataclass(frozen=True)
class Receipts:
    """Some receipts in the order of their numbers, and why others of them can't be read."""

    read: tuple[Receipt, ...]
    unreadable: tuple[tuple[int, str], ...]


@dataclass
class StreamLedger:
    """Reads only."""

    lake: Lake
    _kept: OrderedDict[int, Receipt] = field(default_factory=OrderedDict, repr=False)
    _origin: Mapping[int, int] | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def newest(self) -> Newest:
        """Raises ``LakeUnavailable``, ``LakeRefused`` and ``LedgerCorrupt``."""
        root = self.lake.local_root
        if root is not None and not Path(root).is_dir():
            return self._nothing(Path(root))
        try:
            hint = number_in(self._get(LATEST, LARGEST_HINT) or b"") or 0
        except LakeRefused:
            # A store refuses who may not read below a folder also what is not there.
            if Journal(self.lake, writer="").is_empty():
                return Newest(None, None)
            raise
        self._forget(hint)  # whether it still stands is looked at anew
        if hint and self.receipt(hint) is None:
            raise corrupt(receipt_key(hint), "latest.json names it, and it is gone")
        last = last_number(hint, lambda number: self.receipt(number) is not None)
        return Newest(self.receipt(last) if last else None, self.manifest(last + 1), self.origin())

    def origin(self) -> Mapping[int, int]:
        """Where the dataset begins, which never changes; no partition where it has no manifest."""
        if self._origin is None:
            first = self.manifest(1)
            self._origin = None if first is None else first.before
        return self._origin or {}

    def receipt(self, number: int) -> Receipt | None:
        """None where there is none of that number."""
        with self._lock:
            if number in self._kept:
                self._kept.move_to_end(number)
                return self._kept[number]
        key = receipt_key(number)
        body = self._get(key, LARGEST_ENTRY)
        if body is None:
            return None
        receipt = parse_receipt(key, body)
        if receipt.number != number:
            raise corrupt(key, f"it says number {receipt.number}")
        if len(body) <= _LARGEST_KEPT:
            with self._lock:
                self._kept[number] = receipt
                while len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
        return receipt

    def receipts(self, numbers: Iterable[int]) -> Receipts:
        """Those that are there. One that can't be read is no reason to show none."""
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="console-receipts") as pool:
            found = list(pool.map(self._receipt_or_why, numbers))
        return Receipts(
            read=tuple(one for _, one in found if one is not None and not isinstance(one, str)),
            unreadable=tuple((number, one) for number, one in found if isinstance(one, str)),
        )

    def _receipt_or_why(self, number: int) -> tuple[int, Receipt | str | None]:
        try:
            return number, self.receipt(number)
        except (LedgerCorrupt, ContractUnknown) as problem:
            return number, problem.found

    def manifest(self, number: int) -> Manifest | None:
        key = manifest_key(number)
        body = self._get(key, LARGEST_ENTRY)
        return None if body is None else parse_manifest(key, body)

    def _forget(self, number: int) -> None:
        with self._lock:
            self._kept.pop(number, None)

    def _get(self, key: str, limit: int) -> bytes | None:
        return self.lake.get(key, limit=limit)

    def _nothing(self, root: Path) -> Newest:
        if not root.parent.is_dir():
            raise LakeRefused(
                f"The lake {self.lake.settings.url} is no folder.",
                allowed="the folder that a delivery or `waybill init` made.",
                remedy="correct lake.url, or mount the folder.",
            )
        return Newest(None, None)
