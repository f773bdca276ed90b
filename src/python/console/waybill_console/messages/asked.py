"""Which records a page is asked for, and which offsets that means. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from waybill_common.flag_types import MOST_OFFSET, MOST_PARTITION
from waybill_console.cluster import Bounds

LIMITS = (25, 100, 500)
Spans = dict[int, tuple[int, int]]
"""Offsets ``[start, end)`` by partition."""


class Order(StrEnum):
    """Where to begin."""

    NEWEST = "newest"
    OFFSET = "offset"
    TIME = "time"


@dataclass(frozen=True)
class AskedMessages:
    """``partition`` None is all of them. ``text`` stands in the form's field, ``wrong`` says what is wrong."""

    partition: int | None = None
    order: Order = Order.NEWEST
    offset: int = 0
    millis: int = 0
    limit: int = LIMITS[0]
    text: str = ""
    wrong: str = ""


def asked_of(query: Mapping[str, str]) -> AskedMessages:
    """From a page's query. What is wrong is told, and the newest are shown."""
    partition = _number(query.get("partition", ""), MOST_PARTITION)
    limit = _number(query.get("limit", ""), LIMITS[-1]) or LIMITS[0]
    text = query.get("from", "").strip()[:64]
    known = {order.value: order for order in Order}
    order = known.get(query.get("order", ""), Order.NEWEST)
    if order is Order.OFFSET:
        offset = _number(text, MOST_OFFSET)
        if offset is None:
            wrong = "An offset is a whole number, such as 1200."
            return AskedMessages(partition, Order.NEWEST, limit=limit, text=text, wrong=wrong)
        return AskedMessages(partition, order, offset=offset, limit=limit, text=text)
    if order is Order.TIME:
        millis = millis_of(text)
        if millis is None:
            wrong = "A time is spelled 2026-11-29 18:00 or 2026-11-29T18:00:00Z; without a zone it is UTC."
            return AskedMessages(partition, Order.NEWEST, limit=limit, text=text, wrong=wrong)
        return AskedMessages(partition, order, millis=millis, limit=limit, text=text)
    return AskedMessages(partition, order, limit=limit)


def millis_of(text: str) -> int | None:
    """Of an ISO 8601 time from 1970 on; UTC where it names no zone."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    millis = int(moment.timestamp() * 1000)
    return millis if millis >= 0 else None


def newest(bounds: Mapping[int, Bounds], limit: int, before: Mapping[int, int] | None = None) -> Spans:
    """The last ``limit`` offsets of each partition, or those before the offsets of ``before``."""
    ends = {p: before.get(p, one.start) if before is not None else one.end for p, one in bounds.items()}
    spans = {p: (max(one.start, ends[p] - limit), ends[p]) for p, one in bounds.items()}
    return {p: span for p, span in spans.items() if span[0] < span[1]}


def onwards(bounds: Mapping[int, Bounds], starts: Mapping[int, int]) -> Spans:
    """From ``starts`` to the ends, within the bounds."""
    spans = {p: (max(one.start, starts[p]), one.end) for p, one in bounds.items() if p in starts}
    return {p: span for p, span in spans.items() if span[0] < span[1]}


def positions_of(text: str, partitions: Iterable[int]) -> dict[int, int] | None:
    """``0:12,1:7``, as ``from`` of a live view and ``Last-Event-ID`` have it; None for anything else."""
    if not re.fullmatch("[0-9]{1,10}:[0-9]{1,19}(,[0-9]{1,10}:[0-9]{1,19}){0,9999}", text):
        return None
    pairs = [one.split(":") for one in text.split(",")]
    known = set(partitions)
    found = {int(p): int(offset) for p, offset in pairs}
    return found if set(found) <= known and max(found.values()) <= MOST_OFFSET else None


def as_positions(positions: Mapping[int, int]) -> str:
    return ",".join(f"{p}:{offset}" for p, offset in sorted(positions.items()))


def _number(text: str, most: int) -> int | None:
    found = int(text) if re.fullmatch("[0-9]{1,19}", text) else None
    return found if found is not None and found <= most else None
