"""``waybill backfill``: run the Spark application for one offset range of the topic, into a lake of its own."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from waybill_common.flag_types import edge
from waybill_common.settings import CREATION, uses
from waybill_ops.commands import submit

SETTINGS = uses(
    *submit.SETTINGS,
    without=(
        *CREATION,  # the topic has to be there
        "delivery.trigger",  # a backfill is one commit
        "delivery.max_offsets_per_trigger",
        "delivery.min_offsets_per_trigger",
        "delivery.max_trigger_delay",
    ),
)
HELP = "deliver an offset range of the topic, given by offsets or times, into a lake of its own"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--from",
        dest="begin",
        required=True,
        type=_edge,
        metavar="EDGE",
        help="offsets by partition (0:100,1:50) or a UTC time",
    )
    parser.add_argument(
        "--to", dest="end", required=True, type=_edge, metavar="EDGE", help="likewise; not inside"
    )
    submit.add_arguments(parser, SETTINGS)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Returns the application's exit code, as ``submit`` does."""
    flags.arguments = [f"--backfill-from={flags.begin}", f"--backfill-to={flags.end}", *flags.arguments]
    return submit.run(flags, environ)


def _edge(text: str) -> str:
    """Check the text; the application reads it again."""
    edge(text)
    return text
