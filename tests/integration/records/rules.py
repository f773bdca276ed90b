"""What the lake has to hold of a record, by the rules of docs/format.md alone: whatever Kafka can hold has a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model_judge import Dead, judge

from waybill_streams.names import NAMES

FIRST_MS = -62_135_596_800_000
"""0001-01-01T00:00:00Z, in milliseconds."""

LAST_MS = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z."""

NO_TIMESTAMP = -1
OUT_OF_CALENDAR = "kafka_timestamp: bad_timestamp"


@dataclass(frozen=True)
class Expected:
    """``event`` has a row's values, None for a dead letter.

    ``timestamp`` is in microseconds, ``milliseconds`` what ``kafka_timestamp_ms`` has; each None for null.
    """

    event: dict[str, Any] | None
    reason: str | None
    detail: str | None
    timestamp: int | None
    milliseconds: int | None


def expected(value: bytes | None, milliseconds: int, *, lake_format: int) -> Expected:
    """``lake_format`` is that of the manifest that delivers the record."""
    found = judge(NAMES, value)
    event = None if isinstance(found, Dead) else found.model_dump()
    reason, detail = (found.reason.value, found.detail) if isinstance(found, Dead) else (None, None)
    timestamp: int | None = milliseconds * 1_000
    if lake_format < 3:
        if not -(2**63) <= milliseconds * 1_000 < 2**63:
            timestamp = None
            if reason is None:
                event, reason, detail = None, "bad_value", "kafka_timestamp: bad_value"
    elif milliseconds == NO_TIMESTAMP:
        timestamp = None
    elif not FIRST_MS <= milliseconds <= LAST_MS:
        event, timestamp = None, None
        own = detail or reason
        reason, detail = "bad_timestamp", (f"{OUT_OF_CALENDAR}; {own}" if own else OUT_OF_CALENDAR)[:400]
    kept = milliseconds if reason is not None and timestamp is None else None
    return Expected(event, reason, detail, timestamp, kept)
