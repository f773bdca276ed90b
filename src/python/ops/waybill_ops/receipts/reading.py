"""Reading receipts by their numbers. No listing: numbers have no gap, so each name is known."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from waybill_common.ledger import Journal, Receipt

_AT_ONCE = 16
_CHUNK = 256
"""Receipts held at a time, so that a long range costs time but no memory."""


def read_receipts(journal: Journal, numbers: range) -> Iterator[Receipt]:
    """In the order of ``numbers``. Raises ``LedgerCorrupt``, ``LakeRefused`` and ``LakeUnavailable``."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="receipts") as pool:
        for start in range(0, len(numbers), _CHUNK):
            yield from pool.map(journal.receipt, numbers[start : start + _CHUNK])
