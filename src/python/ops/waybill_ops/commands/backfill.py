"""``waybill backfill``: deliver one offset range of the topic, by either engine, into a lake of its own."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from waybill_common.errors import SettingsRefused
from waybill_common.flag_types import edge
from waybill_common.settings import CREATION, DELIVERING_HERE, uses
from waybill_ops import later
from waybill_ops.commands import submit
from waybill_ops.engine import OF_SPARK, Engine, check_flags, engine_of

SETTINGS = uses(
    *DELIVERING_HERE,
    without=(
        *CREATION,  # the topic has to be there
        "stream.start",  # it says itself where it begins
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
    parser.add_argument(
        "--engine",
        type=engine_of,
        default=Engine.SPARK,
        help="spark, which needs --bundle, or local: this machine's processes, without Spark (default: %(default)s)",
    )
    submit.add_arguments(parser, SETTINGS, is_needed=False, several=False)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """As ``submit`` and ``deliver`` do: with Spark the application's exit code."""
    check_flags(flags, (flags.engine,), of_spark=(*OF_SPARK, "print", "keep_classes", "json"))
    if flags.engine is Engine.LOCAL:
        return _deliver_here(flags, environ)
    flags.arguments = [f"--backfill-from={flags.begin}", f"--backfill-to={flags.end}", *flags.arguments]
    return submit.run(flags, environ)


def _deliver_here(flags: Namespace, environ: Mapping[str, str]) -> int:
    found, others = submit.with_those_behind(flags, SETTINGS)
    if others:
        raise SettingsRefused(
            f"{others[0]} stands after --, and the engine is local.",
            allowed="settings after --, such as --lake.url.",
            remedy="leave it out: other words are for the Spark application.",
        )
    code: int = later.command("deliver").deliver_range(found, environ, edge(flags.begin), edge(flags.end))
    return code


def _edge(text: str) -> str:
    """Check the text; the engine reads it again."""
    edge(text)
    return text
