"""What the lake says, by number and without a listing: ``ledger_end`` (pure: the last number), ``ledger`` (entries),
``commits`` (pure: what a page shows of them), ``objects`` (their rows), ``finding`` (an offset's commit, an event),
``verifying`` (the audit, as a process of its own)."""

from __future__ import annotations
