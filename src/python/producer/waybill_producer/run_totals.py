"""What a run did, for its last line on stdout."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from waybill_common.errors import SourceUnavailable, WaybillError
from waybill_producer.cursor import Cursor
from waybill_producer.publishing import Batch


@dataclass
class RunTotals:
    """Counts what is committed, and nothing else."""

    started: float = field(default_factory=time.monotonic)
    pages: int = 0
    events: int = 0
    dead: Counter[str] = field(default_factory=Counter)
    cursor: Cursor | None = None

    def count(self, batch: Batch) -> None:
        self.pages += 1
        self.events += batch.events
        self.dead.update(batch.dead)
        self.cursor = batch.cursor

    def summary(self, ended: str, error: WaybillError | None = None) -> dict[str, Any]:
        """For JSON. ``cursor`` is null where this run committed nothing."""
        cursor = self.cursor
        found: dict[str, Any] = {
            "pages": self.pages,
            "events": self.events,
            "dead_letters": {"total": self.dead.total(), "by_reason": dict(sorted(self.dead.items()))},
            "cursor": cursor
            and cursor.model_dump(mode="json", include={"seed", "page", "events", "dead_letters"}),
            "seconds": round(time.monotonic() - self.started, 3),
            "ended": ended,
        }
        if error is not None:
            found["error"] = {
                "type": type(error).__name__,
                "exit_code": error.exit_code,
                "found": error.found,
            }
            if isinstance(error, SourceUnavailable) and error.retry_at is not None:
                found["error"]["retry_at"] = error.retry_at
        return found
