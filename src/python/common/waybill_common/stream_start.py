"""Where a stream's dataset begins, as ``start`` in its folder says. It needs nothing but the standard library."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

Start = Literal["earliest", "latest"] | datetime | Mapping[int, int]
"""A named edge of each partition, an instant, or the offset of each partition that is listed."""

ALLOWED_STARTS = (
    '"earliest", "latest", an instant such as 2026-11-29T13:00:00Z, or offsets by partition such as {0 = 117}'
)
_MOST_OFFSET = 2**63 - 1


def start_of(said: Any) -> Start:
    """Raises ``ValueError`` with the end of a sentence about what was said."""
    if said == "earliest":
        return "earliest"
    if said == "latest":
        return "latest"
    if isinstance(said, dict):
        return _offsets(said)
    instant = _instant(said) if isinstance(said, str) else said
    if not isinstance(instant, datetime):
        raise ValueError("is none of these")  # noqa: TRY004  # what was said is wrong, whatever its type
    if instant.tzinfo is None:
        raise ValueError("has no zone; write Z after it for UTC")
    return instant


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return None


def _offsets(said: Mapping[str, Any]) -> Mapping[int, int]:
    found = {}
    for partition, offset in said.items():
        if not re.fullmatch("0|[1-9][0-9]{0,8}", partition):
            raise ValueError(f"names the partition {partition[:20]!r}, which is no number")
        if isinstance(offset, bool) or not isinstance(offset, int) or not 0 <= offset <= _MOST_OFFSET:
            raise ValueError(f"has an offset of partition {partition} that is no number from 0 on")
        found[int(partition)] = offset
    if not found:
        raise ValueError("names no partition")
    return found
