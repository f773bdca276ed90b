"""What the lake says, by number and without a listing: ``ledger_end`` (pure: the last number), ``ledger`` (entries),
``commits`` (pure: what a page shows of them), ``objects`` (their rows), ``finding`` (an offset's commit, an event),
``verifying`` (the audit, as a process of its own)."""

from __future__ import annotations

from waybill_console.stream.commits import (
    PICTURED,
    CommitTimes,
    RecentCommits,
    lags,
    listed_objects,
    newest_numbers,
    offsets_of,
    total_waiting,
)
from waybill_console.stream.deliveries import Delivery, EventSearch, delivery_of, find_event
from waybill_console.stream.ledger import Newest, Receipts, StreamLedger
from waybill_console.stream.object_rows import ObjectRows, ShownRows
from waybill_console.stream.times import StoredTimes
from waybill_console.stream.verifying import Verifier

# fmt: off
__all__ = [
    "PICTURED", "CommitTimes", "Delivery", "EventSearch", "Newest", "ObjectRows", "Receipts", "RecentCommits",
    "ShownRows", "StoredTimes", "StreamLedger", "Verifier", "delivery_of", "find_event", "lags",
    "listed_objects", "newest_numbers", "offsets_of", "total_waiting",
]
