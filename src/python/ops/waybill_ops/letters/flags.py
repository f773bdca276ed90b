"""The filters as flags, the same for every command on dead letters."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from argparse import ArgumentTypeError
from argparse import Namespace
from datetime import UTC
from datetime import datetime

from waybill_common.contract import Reason
from waybill_ops.letters.selection import Selection

_SPAN = re.compile(r"(\d{1,19})(?:-(\d{1,19}))?")


def add_filters(parser: ArgumentParser) -> None:
    """Each may be given several times; of one filter any value fits, of several filters all have to."""
    filters = parser.add_argument_group("filters")
    filters.add_argument(
        "--reason", action="append", default=[], choices=[one.value for one in Reason], help="why it broke"
    )
    filters.add_argument(
        "--from", dest="since", type=_instant, metavar="TIME", help="records of this UTC time or later"
    )
    filters.add_argument(
        "--to", dest="until", type=_instant, metavar="TIME", help="records before this UTC time"
    )
    filters.add_argument(
        "--partition", action="append", default=[], type=_count, metavar="N", help="its partition"
    )
    filters.add_argument(
        "--offset",
        action="append",
        default=[],
        type=_span,
        metavar="N|A-B",
        help="its offset; B is not inside",
    )


def selection_of(flags: Namespace) -> Selection:
    return Selection(
        reasons=frozenset(flags.reason),
        since=flags.since,
        until=flags.until,
        partitions=frozenset(flags.partition),
        offsets=tuple(flags.offset),
    )


def place_of(text: str) -> tuple[int, int]:
    """``PARTITION:OFFSET``."""
    match = re.fullmatch(r"(\d{1,9}):(\d{1,19})", text)
    if match is None:
        raise ArgumentTypeError(f"{text!r} is not PARTITION:OFFSET, such as 0:117")
    return int(match[1]), int(match[2])


def _instant(text: str) -> datetime:
    """ISO 8601; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"{text!r} is no time, such as 2026-11-22 or 2026-11-22T18:00:00Z") from None


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise ArgumentTypeError(f"{text!r} is no partition")
    return int(text)


def _span(text: str) -> range:
    match = _SPAN.fullmatch(text)
    if match is None or (match[2] and int(match[2]) <= int(match[1])):
        raise ArgumentTypeError(f"{text!r} is neither an offset nor a range of them, such as 117 or 100-200")
    return range(int(match[1]), int(match[2]) if match[2] else int(match[1]) + 1)
