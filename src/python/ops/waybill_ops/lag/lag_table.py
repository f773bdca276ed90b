"""Lag as JSON for programs and as a table for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from waybill_common.screen import Screen, Styled, TableColumn
from waybill_ops.lag.lag_bounds import Lag
from waybill_ops.messages import counted


def as_json(lag: Lag) -> dict[str, Any]:
    """The stable form: ages in seconds, ``retention_used`` as a fraction."""
    return {
        "behind": lag.behind,
        "retention_used": round(lag.retention_used, 6),
        "retention_ms": lag.retention.ms,
        "retention_bytes": lag.retention.bytes,
        "partitions": [
            {
                "partition": one.partition,
                "frontier": one.frontier,
                "log_start": one.log_start,
                "log_end": one.log_end,
                "behind": one.behind,
                "room": one.room,
                "oldest_age": lag.age(one),
                "retention_used": round(lag.used(one), 6),
            }
            for one in lag.partitions
        ],
    }


def print_lag(lag: Lag, screen: Screen, *, lake: str, topic: str, remarks: Sequence[str]) -> None:
    screen.line(Styled(lake, "bold"), f" behind {topic}: {lag.behind:,} offsets")
    names = ("partition", "frontier", "log start", "log end", "behind", "room", "oldest", "retention used")
    rows = [
        (
            str(one.partition),
            *(f"{offset:,}" for offset in (one.frontier, one.log_start, one.log_end, one.behind, one.room)),
            _duration(lag.age(one)),
            f"{lag.used(one):.1%}",
        )
        for one in lag.partitions
    ]
    screen.table([TableColumn(name, right=True) for name in names], rows)
    for remark in remarks:
        screen.line(f"  {remark}")
    kept = "for ever" if lag.retention.ms < 0 else _duration(lag.retention.ms / 1000)
    size = "any size" if lag.retention.bytes < 0 else f"{lag.retention.bytes:,} bytes a partition"
    screen.line(f"  Kafka keeps records {kept}, up to {size}")


def _duration(seconds: float | None) -> str:
    """``2 days, 3:04:05``, ``7 days``. No ``timedelta``: Kafka's milliseconds go on for longer than Python's days."""
    if seconds is None:
        return ""
    whole = round(seconds)
    days, rest = divmod(whole, 86_400)
    clock = f"{rest // 3600}:{rest % 3600 // 60:02}:{rest % 60:02}"
    told = [counted(days, "day")] * (days > 0) + [clock] * (rest > 0 or not days)
    return ", ".join(told)
