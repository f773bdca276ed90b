"""Types for flags that are no settings, for argparse's ``type``: numbers within bounds, times, texts.

Each complaint says what was given and, after "allowed:", what would be right.
"""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from waybill_common.ledger import Edge, parse_edge

MOST_OFFSET = 2**63 - 1
"""Kafka's largest."""

MOST_PARTITION = 2**31 - 1

_LONGEST_SHOWN = 40
_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """A whole number, in ASCII digits."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,20}", text) or not least <= int(text) <= most:
            raise refused(text, f"a whole number from {least:,} to {most:,}")
        return int(text)

    return parse


def decimal_number(least: float, most: float) -> Callable[[str], float]:
    """A decimal number, as Python writes it: a small one with an exponent."""

    def parse(text: str) -> float:
        if (
            not re.fullmatch(r"[0-9]{0,20}\.?[0-9]{1,20}(e-?[0-9]{1,2})?", text)
            or not least <= float(text) <= most
        ):
            raise refused(text, f"a number from {least:,g} to {most:,g}")
        return float(text)

    return parse


def moment(text: str) -> datetime:
    """ISO 8601 from 1970 on; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        found = datetime.min.replace(tzinfo=UTC)
    if found < _FIRST_MOMENT:
        raise refused(text, "a time from 1970 to 9999, such as 2026-11-22 or 2026-11-22T18:00:00Z")
    return found


def edge(text: str) -> Edge:
    """One end of a backfill."""
    try:
        return parse_edge(text)
    except ValueError:
        wanted = "offsets such as 0:100,1:50, each partition once, or a time from 1970 to 9999"
        raise refused(text, wanted) from None


def said(text: str) -> str:
    """Any text but a blank one. A word of the command line may be any bytes; what is kept is UTF-8."""
    if not text.strip():
        raise refused(text, "a text that is not empty")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise refused(text, "UTF-8") from None
    return text


def path_of(text: str) -> Path:
    """Any path; an empty one would be the folder here."""
    if not text:
        raise refused(text, "a path")
    return Path(text)


def refused(text: str, allowed: str) -> ArgumentTypeError:
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return ArgumentTypeError(f"{shown!r} is not possible here; allowed: {allowed}")
