"""Flags of what drafts a contract: ``contract init`` and ``stream new``."""

from __future__ import annotations

from argparse import ArgumentParser

from waybill_common.flag_types import said, whole_number
from waybill_contracts.document import FRAMES

MOST_RECORDS, MOST_SECONDS = 10_000, 60
"""Of one topic that is looked at."""


def add_draft_flags(parser: ArgumentParser, *, form: str, frame: str, limit: str) -> None:
    """The three texts end the help of ``--format``, ``--frame`` and ``--limit``: what counts without them."""
    parser.add_argument(
        "--id",
        action="append",
        default=[],
        type=said,
        metavar="COLUMN",
        help="a column of the contract's id; may be repeated",
    )
    parser.add_argument(
        "--time", type=said, metavar="COLUMN", help="the time of an event, or kafka_timestamp"
    )
    parser.add_argument(
        "--format", choices=("json", "text", "binary"), help=f"what the values are (default: {form})"
    )
    parser.add_argument("--frame", choices=FRAMES, help=f"what stands before each datum ({frame})")
    parser.add_argument(
        "--limit",
        type=whole_number(1, 1_000_000),
        metavar="N",
        help=f"most records (default: {limit})",
    )
