"""The filters as flags, the same for every command on dead letters."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace

from waybill_common.contract import DEAD_CODES
from waybill_common.errors import SettingsRefused
from waybill_common.flag_types import MOST_OFFSET, MOST_PARTITION, moment, refused, whole_number
from waybill_common.settings import Settings
from waybill_ops.audit import LEDGER, LakeReader
from waybill_ops.dead_letters.selection import Selection
from waybill_streams.redrives import DatasetHome, home_of, route_of_redriven, sibling_of

_SPAN = re.compile(r"([0-9]{1,19})(?:-([0-9]{1,19}))?")

MOST_SHOWN = 100_000
"""Dead letters that a command lists at most: they are held in memory."""


def add_filters(parser: ArgumentParser) -> None:
    """Each may be given several times; of one filter any value fits, of several filters all have to."""
    filters = parser.add_argument_group("filters")
    filters.add_argument(
        "--reason",
        action="append",
        default=[],
        choices=DEAD_CODES,
        metavar="REASON",
        help="why it broke, such as missing_field",
    )
    filters.add_argument(
        "--from", dest="since", type=moment, metavar="TIME", help="records of this UTC time or later"
    )
    filters.add_argument(
        "--to", dest="until", type=moment, metavar="TIME", help="records before this UTC time"
    )
    filters.add_argument(
        "--partition",
        action="append",
        default=[],
        type=whole_number(0, MOST_PARTITION),
        metavar="N",
        help="its partition",
    )
    filters.add_argument(
        "--offset",
        action="append",
        default=[],
        type=_span,
        metavar="N|A-B",
        help="its offset; B is not inside",
    )


def add_redriven(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--redriven",
        action="store_true",
        help="dead letters of what was redriven already, of a stream whose topic others fill, or once filled",
    )


def home_asked(flags: Namespace, settings: Settings) -> DatasetHome:
    """The dataset whose dead letters are meant. Raises ``SettingsRefused``."""
    stream, sibling = settings.stream, sibling_of(settings.stream)
    if stream.topic in (sibling.topic, route_of_redriven(stream).recorded_in):
        raise SettingsRefused(
            f"stream.topic is {stream.topic}, which redrives of stream {stream.name} fill.",
            allowed="a topic that others fill.",
            remedy="correct stream.topic or stream.name. Nothing was written.",
        )
    if not flags.redriven:
        return home_of(stream)
    if stream.is_filled and not LakeReader(settings.lake, sibling.folder).keys(LEDGER):
        raise SettingsRefused(
            f"--redriven was asked of stream {stream.name}, whose dead letters are redriven through its own topic.",
            allowed="a stream whose topic others fill, or filled before it was given a source.",
            remedy="leave --redriven out: what was redriven and broke again is among the stream's dead letters.",
        )
    return sibling


def selection_of(flags: Namespace) -> Selection:
    return Selection(
        reasons=frozenset(flags.reason),
        since=flags.since,
        until=flags.until,
        partitions=frozenset(flags.partition),
        offsets=tuple(flags.offset),
    )


def partition_and_offset(text: str) -> tuple[int, int]:
    """``PARTITION:OFFSET``."""
    match = re.fullmatch(r"([0-9]{1,10}):([0-9]{1,19})", text)
    if match is None or int(match[1]) > MOST_PARTITION or int(match[2]) > MOST_OFFSET:
        raise refused(text, "PARTITION:OFFSET, such as 0:117")
    return int(match[1]), int(match[2])


def _span(text: str) -> range:
    match = _SPAN.fullmatch(text)
    first = int(match[1]) if match else -1
    end = int(match[2]) if match and match[2] else first + 1
    if match is None or not first < end <= MOST_OFFSET + 1:
        raise refused(text, "an offset, or a range of them such as 100-200, whose end is not inside")
    return range(first, end)
