"""What the lake says, by number and without a listing: ``ledger_end`` (pure: the last number), ``ledger`` (entries),
``commits`` (pure: what a page shows of them), ``objects`` (their rows), ``finding`` (an offset's commit, an event),
``verifying`` (the audit, as a process of its own)."""

from __future__ import annotations

from waybill_console.stream.commits import listed_objects
from waybill_console.stream.ledger import Ledger, Newest
from waybill_console.stream.objects import ObjectRows, Rows
from waybill_console.stream.times import StoredTimes
from waybill_console.stream.verifying import Verifier

# fmt: off
__all__ = [
    "Ledger", "Newest", "ObjectRows", "Rows", "StoredTimes", "Verifier", "listed_objects",
]
